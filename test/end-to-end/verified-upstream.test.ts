import type { TLSSocket } from "node:tls";
import { beforeAll, expect, test } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import type { UpstreamTls } from "../../src/snapshot/upstream-tls.ts";
import { RawClient } from "../support/raw-client.ts";
import { markerAnswer, RecordingUpstream } from "../support/recording-upstream.ts";
import { sign, withChain } from "../support/sign.ts";
import { type Gateway, startDataPlane } from "../support/start-data-plane.ts";

const NAME = "web.shop.svc";
const DAY = 86_400_000;
let authority: CertificatePair;
let stranger: CertificatePair;
let good: CertificatePair;
let ours: CertificatePair;

beforeAll(async () => {
  [authority, stranger] = await Promise.all([
    sign("authority", { authority: true }),
    sign("stranger", { authority: true }),
  ]);
  [good, ours] = await Promise.all([sign("pod", { names: [NAME], by: authority }), sign("gateway", { by: authority })]);
});

function verifying(more: Partial<UpstreamTls> = {}, depth = 1): UpstreamTls {
  const verify = { ca: authority.chain, name: NAME, depth };
  return { verify, minVersion: "TLSv1.2", maxVersion: "TLSv1.3", ...more };
}

async function ask(gateway: Gateway): Promise<{ status: number; body: string }> {
  const client = await RawClient.open(gateway.http);
  client.write("GET /secret HTTP/1.1\r\nHost: test.example\r\nConnection: close\r\n\r\n");
  const { status, body } = await client.response();
  return { status, body: body.toString() };
}

function socketOf(upstream: RecordingUpstream, index: number): TLSSocket {
  return upstream.connections[index]?.socket as TLSSocket;
}

const REFUSED: Record<string, [() => Promise<CertificatePair & { options?: object }>, RegExp]> = {
  "an expired certificate": [
    () =>
      sign("pod", {
        names: [NAME],
        by: authority,
        validFrom: new Date(Date.now() - 2 * DAY),
        validTo: new Date(Date.now() - DAY),
      }),
    /certificate has expired/,
  ],
  "a certificate of tomorrow": [
    () => sign("pod", { names: [NAME], by: authority, validFrom: new Date(Date.now() + DAY) }),
    /certificate is not yet valid/,
  ],
  "another name": [() => sign(NAME, { names: ["other.shop.svc"], by: authority }), /altnames.*web\.shop\.svc/i],
  "an unknown authority": [() => sign("pod", { names: [NAME], by: stranger }), /unable to verify|unable to get/],
  "an authority that only has the name of ours": [
    async () => sign("pod", { names: [NAME], by: await sign("authority", { authority: true }) }),
    /unable to verify|unable to get|signature/,
  ],
  "a self-signed certificate": [() => sign("pod", { names: [NAME] }), /self-signed certificate/],
  "a certificate signed by one that is no authority": [
    async () => {
      const leaf = await sign("leaf", { by: authority });
      return withChain(await sign("pod", { names: [NAME], by: leaf }), leaf);
    },
    /unsuitable certificate purpose|invalid CA/,
  ],
  "TLS 1.0 and 1.1 alone": [
    async () => ({ ...good, options: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } }),
    /protocol/,
  ],
};

test.each(Object.entries(REFUSED))(
  "%s is a 502 with the reason, each time, and no request gets there",
  async (_, [make, reason]) => {
    const upstream = await RecordingUpstream.start({ tls: await make() });
    const gateway = await startDataPlane({
      routes: [{ to: upstream, protocol: "https", tls: verifying({ maxVersion: "TLSv1.2" }) }],
    });
    // A session of the first handshake must not be a way around the second.
    for (const count of [1, 2]) {
      expect(await ask(gateway)).toMatchObject({ status: 502, body: expect.not.stringMatching(reason) });
      const { record } = await gateway.finishedCount(count);
      expect(record.failure).toBe("upstream_tls_failed");
      expect(record.failureDetail).toMatch(reason);
    }
    expect(upstream.requests).toEqual([]);
    expect(upstream.connections.map(({ received }) => received.length).filter((octets) => octets > 0)).toEqual([]);
  },
);

test.each(["TLSv1.2", "TLSv1.3"] as const)(
  "%s: a good certificate is served, ours is presented, no name is sent",
  async (version) => {
    const upstream = await RecordingUpstream.start({
      tls: { ...good, options: { requestCert: true, rejectUnauthorized: true, ca: authority.chain } },
    });
    const tls = verifying({ clientCertificate: ours, minVersion: version, maxVersion: version });
    const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "https", tls }] });
    expect(await ask(gateway)).toEqual({ status: 200, body: "/secret" });
    const socket = socketOf(upstream, 0);
    expect(socket.getProtocol()).toBe(version);
    expect(socket.getPeerCertificate().subject.CN).toBe("gateway");
    expect(socket.servername).toBe(false);
  },
);

test("an upstream that asks for our certificate and gets none hears no request", async () => {
  const upstream = await RecordingUpstream.start({
    tls: { ...good, options: { requestCert: true, rejectUnauthorized: true, ca: authority.chain } },
  });
  const gateway = await startDataPlane({
    routes: [{ to: upstream, protocol: "https", tls: verifying({ maxVersion: "TLSv1.2" }) }],
  });
  expect((await ask(gateway)).status).toBe(502);
  const { record } = await gateway.finishedCount(1);
  expect(record.failure).toBe("upstream_tls_failed");
  expect(upstream.requests).toEqual([]);
});

test("in TLS 1.3 an upstream says only after the handshake that it misses our certificate: a 502, and no request heard", async () => {
  const upstream = await RecordingUpstream.start({
    tls: { ...good, options: { requestCert: true, rejectUnauthorized: true, ca: authority.chain } },
  });
  const gateway = await startDataPlane({
    routes: [{ to: upstream, protocol: "https", tls: verifying({ minVersion: "TLSv1.3" }) }],
  });
  expect((await ask(gateway)).status).toBe(502);
  expect(upstream.requests).toEqual([]);
});

test("the name is sent where that is asked for, and ciphers are those asked for, in either version", async () => {
  const upstream = await RecordingUpstream.start({ tls: good });
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    const tls = verifying({ serverName: NAME, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256", maxVersion });
    const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "https", tls }] });
    expect((await ask(gateway)).status).toBe(200);
  }
  expect(upstream.connections.map(({ socket }) => (socket as TLSSocket).servername)).toEqual([NAME, NAME]);
  expect(socketOf(upstream, 0).getCipher().name).toBe("ECDHE-ECDSA-AES128-GCM-SHA256");
  expect(socketOf(upstream, 1).getProtocol()).toBe("TLSv1.3");
});

test("a chain may have as many certificates in between as the depth says, and no more", async () => {
  const first = await sign("first", { authority: true, by: authority });
  const second = await sign("second", { authority: true, by: first });
  const pod = await sign("pod", { names: [NAME], by: second });
  const upstream = await RecordingUpstream.start({ tls: withChain(pod, second, first) });
  for (const [depth, status] of [
    [2, 200],
    [1, 502],
    [0, 502],
  ] as const) {
    const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "https", tls: verifying({}, depth) }] });
    expect((await ask(gateway)).status).toBe(status);
    if (status === 502)
      expect((await gateway.finishedCount(1)).record.failureDetail).toMatch(/2 intermediate certificates/);
  }
  expect(upstream.requests.length).toBe(1);
});

test("a certificate that is itself trusted, and one of the authority's own, need no depth", async () => {
  const self = await sign("pod", { names: [NAME] });
  for (const [pair, ca] of [
    [self, self.chain],
    [good, authority.chain],
  ] as const) {
    const upstream = await RecordingUpstream.start({ tls: pair });
    const tls = verifying({ verify: { ca, name: NAME, depth: 0 } });
    const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "https", tls }] });
    expect((await ask(gateway)).status).toBe(200);
  }
});

test("a connection and a session made under one authority do not serve under another", async () => {
  const upstream = await RecordingUpstream.start({ tls: good });
  const route = { to: upstream, protocol: "https" } as const;
  const gateway = await startDataPlane({ routes: [{ ...route, tls: verifying({ maxVersion: "TLSv1.2" }) }] });
  expect((await ask(gateway)).status).toBe(200);
  const distrust = verifying({ verify: { ca: stranger.chain, name: NAME, depth: 1 }, maxVersion: "TLSv1.2" });
  gateway.apply([{ ...route, tls: distrust }]);
  expect((await ask(gateway)).status).toBe(502);
  // The same list again, and an unverified one before a verified: neither opens a way.
  gateway.apply([route]);
  expect((await ask(gateway)).status).toBe(200);
  gateway.apply([{ ...route, tls: distrust }]);
  expect((await ask(gateway)).status).toBe(502);
  expect(upstream.requests.length).toBe(2);
});

test("our renewed certificate is presented at once; settings that stay keep their connection", async () => {
  const presented: unknown[] = [];
  const upstream = await RecordingUpstream.start({
    tls: { ...good, options: { requestCert: true, rejectUnauthorized: true, ca: authority.chain } },
    onRequest(request) {
      presented.push((request.connection.socket as TLSSocket).getPeerCertificate().subject.CN);
      return markerAnswer(request);
    },
  });
  const route = { to: upstream, protocol: "https" } as const;
  const routes = (clientCertificate: CertificatePair) => [{ ...route, tls: verifying({ clientCertificate }) }];
  const gateway = await startDataPlane({ routes: routes(ours) });
  await ask(gateway);
  gateway.apply(routes({ ...ours }));
  await ask(gateway);
  expect(upstream.connections.length).toBe(1);
  gateway.apply(routes(await sign("renewed", { by: authority })));
  await ask(gateway);
  expect(presented).toEqual(["gateway", "gateway", "renewed"]);
});

test("settings that OpenSSL does not take cost their own upstream alone", async () => {
  const upstream = await RecordingUpstream.start({ tls: good });
  const tls = verifying({ clientCertificate: { chain: ours.chain, privateKey: good.privateKey } });
  const gateway = await startDataPlane({
    routes: [
      { to: upstream, protocol: "https", tls },
      { to: upstream, protocol: "https", host: "other.example" },
    ],
  });
  expect((await ask(gateway)).status).toBe(502);
  const { record } = await gateway.finishedCount(1);
  expect(record).toMatchObject({
    failure: "upstream_tls_failed",
    failureDetail: expect.stringMatching(/key values mismatch/),
  });
  expect(upstream.requests).toEqual([]);
});
