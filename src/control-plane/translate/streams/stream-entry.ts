import { shown } from "../../resources/field.ts";
import type { PortReference } from "../service-ports.ts";
import type { StreamProtocol } from "./stream-maps.ts";

/** An entry of tcp-services or udp-services, as ingress-nginx has them: `"9000": "shop/redis:6379:PROXY:PROXY"`. */
export interface StreamEntry {
  readonly port: number;
  readonly namespace: string;
  readonly service: string;
  readonly servicePort: PortReference;
  /** The first PROXY: clients come with a header; the second: the upstream gets one. */
  readonly proxyProtocol: { readonly in: boolean; readonly out: boolean } | null;
}

export interface EntryProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

const FORM =
  "NAMESPACE/SERVICE:PORT, for example shop/redis:6379, with :PROXY behind it where clients come with a PROXY header";
const NAME = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

export function readStreamEntry(
  key: string,
  value: string,
  protocol: StreamProtocol,
): { readonly entry: StreamEntry } | { readonly problem: EntryProblem } {
  if (!/^[1-9]\d{0,4}$/.test(key) || Number(key) > 65_535) {
    const message = `the key ${shown(key)} is no port between 1 and 65535`;
    return { problem: { code: "StreamPortInvalid", message, remedy: "Write the port that clients connect to" } };
  }
  const wrong = (code: string, what: string, remedy: string) => ({
    problem: { code, message: `port ${key} has the value ${shown(value)}, ${what}`, remedy },
  });
  const [reference = "", port = "", first = "", second = "", ...more] = value.trim().split(":");
  const [namespace = "", service = "", ...deeper] = reference.split("/");
  const named = NAME.test(namespace) && NAME.test(service) && deeper.length === 0 && more.length === 0;
  const servicePort = readPort(port);
  if (!named || servicePort === null || !isMark(first) || !isMark(second)) {
    return wrong("StreamServiceInvalid", "which names no port of a Service", `Write ${FORM}`);
  }
  const marks = { in: first !== "", out: second !== "" };
  const marked = marks.in || marks.out;
  if (marked && protocol === "udp") {
    return wrong("StreamProxyOverUdp", "but the PROXY protocol is for TCP alone", "Remove :PROXY");
  }
  const proxyProtocol = marked ? marks : null;
  return { entry: { port: Number(key), namespace, service, servicePort, proxyProtocol } };
}

function readPort(text: string): PortReference | null {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text) <= 65_535 ? { number: Number(text) } : null;
  return /[a-z]/.test(text) && NAME.test(text) ? { name: text } : null;
}

function isMark(text: string): boolean {
  return text === "" || text.toUpperCase() === "PROXY";
}
