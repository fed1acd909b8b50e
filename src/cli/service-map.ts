import { isIP } from "node:net";
import { InvalidArgumentError } from "commander";
import type { ServiceMap } from "../control-plane/translate/options.ts";
import { portOf } from "./flag-values.ts";

const EXAMPLE = "Write NAMESPACE/SERVICE:PORT=HOST:PORT, for example shop/web:80=127.0.0.1:3000.";
/** A DNS label (RFC 1123): what namespaces and Services are called. */
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const HOST_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i;

/**
 * Reads the value of `--map`. An IPv6 address is written in brackets.
 * @throws {InvalidArgumentError} for anything that is not exactly of the form.
 */
export function parseServiceMap(text: string): ServiceMap {
  const found = /^([^/=]+)\/([^:=/]+):([^=]+)=(?:\[([^\]]+)\]|([^:]+)):([^:]+)$/.exec(text);
  if (found === null) throw new InvalidArgumentError(EXAMPLE);
  const [, namespace = "", service = "", port = "", v6, name, targetPort = ""] = found;
  if (!LABEL.test(namespace)) throw new InvalidArgumentError(`"${namespace}" is not a namespace's name. ${EXAMPLE}`);
  if (!LABEL.test(service)) throw new InvalidArgumentError(`"${service}" is not a Service's name. ${EXAMPLE}`);
  if (!isServicePort(port)) {
    throw new InvalidArgumentError(`"${port}" is neither the number nor the name of a Service port. ${EXAMPLE}`);
  }
  const host = v6 ?? name ?? "";
  if (v6 === undefined ? !isHost(host) : isIP(v6) !== 6) {
    throw new InvalidArgumentError(`"${host}" is not an address or a host name. ${EXAMPLE}`);
  }
  const to = portOf(targetPort);
  if (to === null || to === 0) throw new InvalidArgumentError(`"${targetPort}" is not a port, 1 to 65535. ${EXAMPLE}`);
  return { namespace, service, port, to: { host, port: to } };
}

/** 1 to 65535, or an IANA service name: at most 15 characters, a letter among them, no two hyphens in a row (RFC 6335 §5.1). */
function isServicePort(text: string): boolean {
  if (/^\d+$/.test(text)) return (portOf(text) ?? 0) > 0;
  return /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text) && !text.includes("--");
}

/** A dotted form of four numbers must be an address: "127.0.0.256" is no name anybody means. */
function isHost(text: string): boolean {
  return isIP(text) === 4 || (HOST_NAME.test(text) && !/^[\d.]+$/.test(text));
}
