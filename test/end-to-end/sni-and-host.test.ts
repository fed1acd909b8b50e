import { once } from "node:events";
import { beforeAll, describe, expect, test } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { sign } from "../support/sign.ts";
import { startDataPlane, type GatewaySketch } from "../support/start-data-plane.ts";
import { certificateFor } from "../support/test-authority.ts";
import { openTls } from "../support/tls-client.ts";

let pair: CertificatePair;
let authority: CertificatePair;
let client: CertificatePair;

beforeAll(async () => {
  [pair, authority] = await Promise.all([
    sign("server", { names: ["one.example"] }),
    sign("authority", { authority: true }),
  ]);
  client = await sign("client", { by: authority });
});

const asking = (id: string) => ({ use: "client-certificate", options: { id, verify: "on" } });

/**
 * Names as hosts are configured: `a`, `a2`, `m` and `n` have one certificate, `m2` shares it too, `b` has another; `m` and `n` ask their clients for the
 * same, `m2` for something else. `*.w` has the default certificate, and so would `passed`, whose connections are not opened here.
 */
async function start(more: Partial<GatewaySketch> = {}) {
  const upstream = await RecordingUpstream.start();
  const to = upstream;
  const asked = (id: string) => ({ id, ca: authority.chain, depth: 1 });
  return startDataPlane({
    routes: [
      ...["a.example", "a2.example", "b.example", "*.w.example", "passed.example"].map((host) => ({ host, to })),
      ...["m.example", "n.example"].map((host) => ({ host, to, middleware: [asking("first")] })),
      { host: "m2.example", to, middleware: [asking("second")] },
    ],
    clientCertificates: { "m.example": asked("first"), "n.example": asked("first"), "m2.example": asked("second") },
    passthrough: { "passed.example": "for no reason" },
    // So many handshakes at once are overload to a machine that is busy.
    timeouts: { eventLoop: 60_000 },
    defaultCertificate: pair,
    certificates: [
      certificateFor(["a.example", "a2.example", "m.example", "n.example", "m2.example"], pair),
      certificateFor(["b.example"], pair),
    ],
    ...more,
  });
}

/** Name in the handshake, host of the request, status. The client has a certificate that is accepted wherever one is asked for. */
const ROWS: readonly (readonly [sni: string | null, host: string, status: number])[] = [
  [null, "a.example", 200],
  [null, "b.example", 200],
  [null, "x.w.example", 200],
  [null, "passed.example", 200],
  [null, "unknown.example", 404],
  [null, "m.example", 421],
  ["unknown.example", "a.example", 200],
  ["unknown.example", "b.example", 200],
  ["unknown.example", "x.w.example", 200],
  ["unknown.example", "passed.example", 200],
  ["unknown.example", "unknown.example", 404],
  ["unknown.example", "other.example", 404],
  ["unknown.example", "m.example", 421],
  ["a.example", "a.example", 200],
  ["A.Example", "a.example", 200],
  ["a.example", "A.EXAMPLE", 200],
  ["a.example", "a.example:8443", 200],
  ["a.example", "a2.example", 200],
  ["a.example", "b.example", 421],
  ["a.example", "x.w.example", 421],
  ["a.example", "passed.example", 421],
  ["x.w.example", "passed.example", 421],
  ["m.example", "passed.example", 421],
  ["a.example", "unknown.example", 404],
  ["a.example", "m.example", 421],
  ["b.example", "a.example", 421],
  ["b.example", "m.example", 421],
  ["x.w.example", "x.w.example", 200],
  ["x.w.example", "y.w.example", 200],
  ["x.w.example", "a.example", 421],
  ["x.w.example", "x.y.w.example", 404],
  ["m.example", "m.example", 200],
  ["m.example", "n.example", 200],
  ["m.example", "m2.example", 421],
  ["m.example", "a.example", 421],
  ["m.example", "b.example", 421],
  ["m.example", "unknown.example", 421],
  ["m2.example", "m.example", 421],
];

/** Nobody is asked for anything, and all connections are opened: then no ClientHello is looked at. */
const OPEN: Partial<GatewaySketch> = { clientCertificates: {}, passthrough: {} };
const GUARDED = ["m.example", "n.example", "m2.example", "passed.example"];
const OPEN_ROWS = ROWS.filter(([sni, host]) => !GUARDED.includes(host) && !GUARDED.includes(sni ?? ""));

const SETTINGS = [
  { where: "hosts ask for certificates", more: {}, rows: ROWS },
  { where: "no host asks for anything", more: OPEN, rows: OPEN_ROWS },
];

const KINDS = (["http/1.1", "h2"] as const).flatMap((protocol) =>
  (["TLSv1.3", "TLSv1.2"] as const).flatMap((version) =>
    [false, true].map((resumed) => ({ protocol, version, resumed })),
  ),
);

describe.for(KINDS)("$protocol, $version, resumed: $resumed", ({ protocol, version, resumed }) => {
  test.for(SETTINGS)("each request is held against the name in the handshake; $where", async ({ more, rows }) => {
    const gateway = await start(more);
    const results = await Promise.all(
      rows.map(async ([sni, host, status]) => {
        const how = { protocol, version, pair: client, ...(sni === null ? {} : { servername: sni }) };
        const row = { sni, host };
        const own = sni ?? "a.example";
        const asks = sni?.startsWith("m") === true;
        let connection = await openTls(gateway.https, how);
        const first = await connection.status(own);
        if (resumed) {
          connection = await openTls(gateway.https, { ...how, session: await connection.session() });
          // What a client was verified for is verified anew.
          expect({ ...row, reused: connection.socket.isSessionReused() }).toEqual({ ...row, reused: !asks });
          await connection.status(own);
        }
        // Every request is looked at, not the first alone; but a 404 ends no connection.
        return [
          { ...row, first, afterwards: await connection.status(host) },
          { ...row, first: own === "unknown.example" ? 404 : 200, afterwards: status },
        ] as const;
      }),
    );
    expect(results.map(([got]) => got)).toEqual(results.map(([, wanted]) => wanted));
  });
});

test.for([
  ["from none to some", undefined, "first"],
  ["from some to none", "first", undefined],
  ["from some to others", "first", "second"],
] as const)("no session outlives a change of what clients are asked for: %s", async ([, before, after]) => {
  const gateway = await start();
  const upstream = await RecordingUpstream.start();
  const ask = (id: string | undefined): void =>
    gateway.apply(
      [{ host: "a.example", to: upstream, middleware: id === undefined ? [] : [asking(id)] }],
      undefined,
      id === undefined ? {} : { "a.example": { id, ca: authority.chain, depth: 1 } },
    );
  for (const version of ["TLSv1.3", "TLSv1.2"] as const) {
    ask(before);
    const first = await openTls(gateway.https, { version, servername: "a.example", pair: client });
    expect(await first.status("a.example")).toBe(200);
    const session = await first.session();
    ask(after);
    const second = await openTls(gateway.https, { version, servername: "a.example", session });
    const status = await second.status("a.example");
    expect([second.socket.isSessionReused(), status]).toEqual([false, after === undefined ? 200 : 400]);
    // Who is connected still, under the rules of before, must come anew where there are rules now.
    expect(await first.status("a.example")).toBe(after === undefined ? 200 : 421);
  }
});

test("a session of HTTP/2 outlives a request for another host, but not its own rules", async () => {
  const gateway = await start();
  const open = await openTls(gateway.https, { protocol: "h2", servername: "a.example" });
  const asked = await openTls(gateway.https, { protocol: "h2", servername: "m.example", pair: client });
  expect([await open.status("b.example"), await asked.status("a.example")]).toEqual([421, 421]);
  expect([await open.status("a.example"), await asked.status("m.example")]).toEqual([200, 200]);
  const upstream = await RecordingUpstream.start();
  const others = { "m.example": { id: "others", ca: authority.chain, depth: 1 } };
  gateway.apply([{ host: "m.example", to: upstream, middleware: [asking("others")] }], undefined, others);
  const closed = once(asked.socket, "close");
  expect(await asked.status("m.example")).toBe(421);
  await closed;
});

test("a session of TLS 1.2 is for the name it began with, by whatever name it is resumed; one of TLS 1.3 for the new name", async () => {
  const gateway = await start(OPEN);
  for (const [version, statuses] of [
    ["TLSv1.2", [200, 421]],
    ["TLSv1.3", [421, 200]],
  ] as const) {
    const first = await openTls(gateway.https, { version, servername: "a.example" });
    await first.status("a.example");
    const session = ofNoName(await first.session());
    const again = { version, protocol: "h2", servername: "b.example", session } as const;
    const second = await openTls(gateway.https, again);
    expect(second.socket.isSessionReused()).toBe(true);
    expect([await second.status("a.example"), await second.status("b.example")]).toEqual(statuses);
  }
});

/** What Node's clients keep before a session is the name it is for, which other clients do not look at. */
function ofNoName(session: Buffer): Buffer {
  const prefix = "\0nodejs:tls:session:1\0".length;
  return session.subarray(prefix + 2 + session.readUInt16BE(prefix));
}

test("a session is not resumed under another name, or under none that is known", async () => {
  const gateway = await start();
  for (const version of ["TLSv1.3", "TLSv1.2"] as const) {
    for (const [from, to] of [
      ["a.example", "b.example"],
      ["a.example", "m.example"],
      ["m.example", "a.example"],
      ["m.example", "n.example"],
      ["m.example", "m2.example"],
      ["unknown.example", "m.example"],
    ] as const) {
      const first = await openTls(gateway.https, { version, servername: from, pair: client });
      await first.status(from);
      const second = await openTls(gateway.https, { version, servername: to, session: await first.session() });
      const status = await second.status(to);
      const reused = second.socket.isSessionReused();
      expect({ version, from, to, reused, status }).toEqual({
        version,
        from,
        to,
        reused: false,
        status: to.startsWith("m") || to === "n.example" ? 400 : 200,
      });
    }
  }
});
