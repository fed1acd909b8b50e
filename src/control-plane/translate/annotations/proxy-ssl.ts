import { createSecureContext } from "node:tls";
import type { UpstreamTlsVersion } from "../../../snapshot/upstream-tls.ts";
import { isDnsName } from "../hosts.ts";
import { PREFIX, type Annotation, type ReadAnnotation } from "./annotation.ts";
import type { AnnotationReader } from "./annotation-reader.ts";

function onOff(name: string, docs: string): Annotation<boolean> {
  return {
    name,
    fallback: false,
    docs,
    expected: "on or off",
    parse: (text) => (text === "on" ? true : text === "off" ? false : null),
  };
}

export const proxySslSecret: Annotation<string | null> = {
  name: "proxy-ssl-secret",
  fallback: null,
  docs: "Secret for TLS to the Service, of the Ingress's own namespace: `tls.crt` and `tls.key` are presented as client certificate, `ca.crt` is what its certificate is verified against. Missing, unreadable, or of another namespace: the routes answer 503. Without it no other proxy-ssl annotation is read.",
  expected: "NAMESPACE/NAME",
  parse: (text) => (/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(text) ? text : null),
};

export const proxySslVerify = onOff(
  "proxy-ssl-verify",
  "Whether the certificate of the Service is verified against `ca.crt`. Any other value answers 503, and so does, beside `on`, an invalid value of another proxy-ssl annotation.",
);

export const proxySslVerifyDepth: Annotation<number> = {
  name: "proxy-ssl-verify-depth",
  fallback: 1,
  docs: "Certificates allowed between the Service's own and the authority's.",
  expected: "a whole number from 0 to 99",
  parse: (text) => (/^\d{1,2}$/.test(text) ? Number(text) : null),
};

export const proxySslName: Annotation<string | null> = {
  name: "proxy-ssl-name",
  fallback: null,
  docs: "DNS name the certificate must be for, and the one sent as SNI. Default: SERVICE.NAMESPACE.svc, or the externalName.",
  expected: "a DNS name",
  parse: (text) => (isDnsName(text.toLowerCase()) ? text.toLowerCase() : null),
};

export const proxySslServerName = onOff("proxy-ssl-server-name", "Whether the name is sent as SNI.");

export const proxySslCiphers: Annotation<string | null> = {
  name: "proxy-ssl-ciphers",
  fallback: null,
  docs: "Ciphers of TLS 1.2, as OpenSSL lists them.",
  expected: "an OpenSSL cipher list",
  parse: (text) => (/^[A-Za-z0-9+:_\-!]+$/.test(text) && isCipherList(text) ? text : null),
};

const VERSIONS: readonly UpstreamTlsVersion[] = ["TLSv1.2", "TLSv1.3"];

/** Oldest first. */
export const proxySslProtocols: Annotation<readonly UpstreamTlsVersion[]> = {
  name: "proxy-ssl-protocols",
  fallback: ["TLSv1.2"],
  docs: "Versions of TLS, separated by spaces.",
  expected: "TLSv1.2, TLSv1.3, or both",
  parse(text) {
    const asked: readonly string[] = text.split(/\s+/);
    if (!asked.every((version) => (VERSIONS as readonly string[]).includes(version))) return null;
    return VERSIONS.filter((version) => asked.includes(version));
  },
};

export const PROXY_SSL: readonly Annotation<unknown>[] = [
  proxySslSecret,
  proxySslVerify,
  proxySslVerifyDepth,
  proxySslName,
  proxySslServerName,
  proxySslCiphers,
  proxySslProtocols,
];

/** What an Ingress writes of TLS to its upstreams; the Secret is not looked at yet. Plain JSON: its hash tells settings apart. */
export interface UpstreamTlsWish {
  /** "namespace/name" */
  readonly secret: string;
  readonly verify: boolean;
  readonly depth: number;
  /** Null for the name of the Service. */
  readonly name: string | null;
  readonly sendName: boolean;
  /** Null for Node's. */
  readonly ciphers: string | null;
  readonly protocols: readonly UpstreamTlsVersion[];
}

/**
 * @param refuse gets why the Ingress must not be served
 * @returns null where there is no Secret
 */
export function readProxySsl(reader: AnnotationReader, refuse: (why: string) => void): UpstreamTlsWish | null {
  const { values } = reader;
  if ((values[proxySslSecret.name] ?? "").trim() === "") {
    // ingress-nginx reads none of them without the Secret.
    const what = `has no effect without ${PREFIX}${proxySslSecret.name}`;
    for (const { name } of PROXY_SSL) {
      if (name === proxySslSecret.name || (values[name] ?? "off").trim() === "off") continue;
      reader.say(name, "warning", "AnnotationWithoutEffect", what, "Remove the annotation, or add proxy-ssl-secret");
    }
    return null;
  }
  const demand: ReadAnnotation = (annotation) => reader.demand(annotation, refuse);
  const secret = demand(proxySslSecret);
  const verify = demand(proxySslVerify);
  const readOther: ReadAnnotation = verify ? demand : (annotation) => reader.read(annotation);
  const wish = {
    verify,
    depth: readOther(proxySslVerifyDepth),
    name: readOther(proxySslName),
    sendName: readOther(proxySslServerName),
    ciphers: readOther(proxySslCiphers),
    protocols: readOther(proxySslProtocols),
  };
  return secret === null ? null : { secret, ...wish };
}

function isCipherList(text: string): boolean {
  try {
    createSecureContext({ ciphers: text });
    return true;
  } catch {
    return false;
  }
}
