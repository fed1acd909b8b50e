import { expect, test } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { answerPath, Http2Upstream } from "../support/http2-upstream.ts";
import { RawClient } from "../support/raw-client.ts";
import { sign } from "../support/sign.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

const NAME = "grpc.shop.svc";
const DAY = 86_400_000;

/** An upstream of HTTP/2 over TLS behind a gateway that trusts `authority` for NAME. */
async function start(pair: CertificatePair, authority: CertificatePair) {
  const upstream = await Http2Upstream.start({ tls: pair, onStream: answerPath });
  const verify = { ca: authority.chain, name: NAME, depth: 1 };
  const tls = { verify, minVersion: "TLSv1.2", maxVersion: "TLSv1.3" } as const;
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2", tls }] });
  const ask = async (path: string) => {
    const client = await RawClient.open(gateway.http);
    client.write(`GET ${path} HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n`);
    return client.response();
  };
  return { upstream, gateway, ask };
}

test("an upstream of HTTP/2 whose certificate is good is served, by one session", async () => {
  const authority = await sign("authority", { authority: true });
  const { upstream, ask } = await start(await sign("pod", { names: [NAME], by: authority }), authority);
  for (const path of ["/1", "/2"]) expect((await ask(path)).body.toString()).toBe(path);
  expect([upstream.paths, upstream.sessions.length]).toEqual([["/1", "/2"], 1]);
});

test.each<[string, (authority: CertificatePair) => Promise<CertificatePair>, RegExp]>([
  ["another name", (by) => sign("pod", { names: ["other.svc"], by }), /altnames.*grpc\.shop\.svc/i],
  [
    "an unknown authority",
    async () => sign("pod", { names: [NAME], by: await sign("stranger", { authority: true }) }),
    /unable to/,
  ],
  ["a certificate of yesterday", (by) => sign("pod", { names: [NAME], by, ...yesterday() }), /expired/],
])("%s: 502 each time, and no stream is begun", async (_why, make, reason) => {
  const authority = await sign("authority", { authority: true });
  const { upstream, gateway, ask } = await start(await make(authority), authority);
  for (const count of [1, 2]) {
    expect((await ask("/secret")).status).toBe(502);
    const { record } = await gateway.finishedCount(count);
    expect(record.failure).toBe("upstream_tls_failed");
    expect(record.failureDetail).toMatch(reason);
  }
  expect(upstream.paths).toEqual([]);
});

function yesterday() {
  return { validFrom: new Date(Date.now() - 2 * DAY), validTo: new Date(Date.now() - DAY) };
}
