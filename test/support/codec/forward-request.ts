// A request on its way to an upstream: written by our codec, and read by two parsers that did not write it.
// In: what was read. Out: the octets, or an Error that says what is wrong with them.
// Never: a request that was not read whole.
import { prepareRequest } from "../../../src/data-plane/proxy/prepare-request.ts";
import { MessageWriter } from "../../../src/data-plane/http1/message-writer.ts";
import { isForbiddenTrailer } from "../../../src/data-plane/http/trailers.ts";
import { parseFields } from "../../../src/data-plane/http/fields.ts";
import { DEFAULT_LIMITS } from "../../../src/data-plane/limits.ts";
import { exchange } from "../exchanges.ts";
import { type Message, readRequest, values } from "../message.ts";
import { KeptSocket } from "./kept-socket.ts";
import { type ReadRequest, readRequests } from "./read-requests.ts";

/** What we add to a request must not be too much for us. */
const ROOMY = { ...DEFAULT_LIMITS, headBytes: 1 << 20, targetBytes: 1 << 16, fields: 1_000 };
const TIMEOUTS = { connect: 1, read: 1, send: 1 };

/** The octets an upstream gets for a request that was read whole. */
function forwardedOctets({ admitted, body, trailers }: ReadRequest): Buffer {
  if (admitted === null) throw new Error("there is no request to forward");
  const socket = new KeptSocket();
  const writer = new MessageWriter(socket.asSocket);
  const { head, framing } = prepareRequest(exchange(admitted.request), TIMEOUTS);
  writer.begin(head, framing);
  writer.write(Buffer.from(body, "latin1"));
  writer.end(trailers === "" ? null : parseFields(trailers, 0, Infinity));
  writer.send();
  return socket.written;
}

/** @throws {Error} where the forwarded request is not, to the letter, the one request that was read */
export async function checkForwarded(read: ReadRequest): Promise<void> {
  const octets = forwardedOctets(read);
  const found = readRequest(octets, 0);
  if (found === null || found.end !== octets.length) throw new Error(`not one request: ${show(octets)}`);
  checkMessage(read, found.message, octets);
  // HTTP/1.0 without Host goes on with an empty one (RFC 9112 §3.2), which we would not take from a client.
  if (read.admitted?.request.authority === "") return;
  const again = await readRequests([octets], { limits: ROOMY });
  const [first] = again;
  if (again.length !== 1 || first === undefined || first.end !== "complete")
    throw new Error(`we do not read our own: ${JSON.stringify(again)} of ${show(octets)}`);
  if (identity(first) !== identity(read)) throw new Error(`read back as ${identity(first)}, not ${identity(read)}`);
}

function checkMessage(read: ReadRequest, message: Message, octets: Buffer): void {
  const { method, target, authority, upgrade } = (read.admitted as NonNullable<ReadRequest["admitted"]>).request;
  const { framing } = read.admitted as NonNullable<ReadRequest["admitted"]>;
  const problems: string[] = [];
  if (message.startLine !== `${method} ${target} HTTP/1.1`) problems.push("start line");
  if (values(message, "host").join("|") !== authority) problems.push("Host");
  if (message.framing !== framing.kind && !(framing.kind === "none" && message.body.length === 0))
    problems.push("framing");
  if (message.body.toString("latin1") !== read.body) problems.push("body");
  if (message.trailers.some(([name]) => isForbiddenTrailer(name.toLowerCase()))) problems.push("trailers");
  if (values(message, "connection").join("|") !== (upgrade === null ? "" : "upgrade")) problems.push("Connection");
  if (values(message, "upgrade").join("|") !== (upgrade ?? "")) problems.push("Upgrade");
  for (const name of ["te", "trailer", "keep-alive", "proxy-connection", "http2-settings"])
    if (values(message, name).length > 0) problems.push(name);
  if (message.fields.some(([name]) => name.includes("_"))) problems.push("a field with an underscore");
  if (problems.length > 0) throw new Error(`${problems.join(", ")}: ${show(octets)}`);
}

/** What must be the same of a request that was forwarded, however often. */
function identity({ admitted, body, trailers }: ReadRequest): string {
  if (admitted === null) return "nothing";
  const { method, target, path, host, authority, upgrade, expectsContinue } = admitted.request;
  return JSON.stringify([
    method,
    target,
    path,
    host,
    authority,
    upgrade,
    expectsContinue,
    admitted.framing,
    body,
    trailers,
  ]);
}

function show(octets: Buffer): string {
  return JSON.stringify(octets.toString("latin1"));
}
