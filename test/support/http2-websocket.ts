import { once } from "node:events";
import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import { createHash } from "node:crypto";
import { ask, openSession, startHttp2Gateway } from "./http2-client.ts";
import { values } from "./message.ts";
import type { GatewaySketch } from "./start-data-plane.ts";
import { type RecordedRequest, RecordingUpstream } from "./recording-upstream.ts";

export const CANCEL = 8;
const UPGRADE = { ":method": "CONNECT", ":protocol": "websocket", ":path": "/chat", "sec-websocket-version": "13" };

/** Asks for a WebSocket by extended CONNECT. */
export function open(session: ClientHttp2Session, more: OutgoingHttpHeaders = {}): ClientHttp2Stream {
  return ask(session, { ...UPGRADE, ...more }, null);
}

/** The status on a stream that stays open. */
export async function statusOn(stream: ClientHttp2Stream): Promise<number> {
  const [fields] = (await once(stream, "response")) as [{ ":status": number }];
  return fields[":status"];
}

/** An upstream that answers the handshake itself, in the right way unless another answer is given. */
export async function startRaw(answer?: (request: RecordedRequest) => string, sketch: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start({ onRequest: answer ?? accept });
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream }], ...sketch });
  return { upstream, gateway, session: await openSession(gateway) };
}

/** What agrees to the handshake (RFC 6455 §4.2.2). */
export function accept(request: RecordedRequest): string {
  const [key = ""] = values(request, "sec-websocket-key");
  const answer = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  return `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${answer}\r\n\r\n`;
}
