import selfsigned from "selfsigned";
import { HOST } from "./load/request.ts";
import type { Setting } from "./peers/peer.ts";
import type { TestBed } from "./test-bed.ts";

/** What some load generators send as the server name. */
const LOOPBACK = { type: 7 as const, ip: "127.0.0.1" };

/** A self-signed P-256 pair for the host of the benchmark, in files of the bed. */
export async function makeCertificate(bed: TestBed): Promise<Setting["certificate"]> {
  const made = await selfsigned.generate([{ name: "commonName", value: HOST }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: HOST }, LOOPBACK] }],
  });
  return { chain: await bed.file("chain.pem", made.cert), key: await bed.file("key.pem", made.private) };
}
