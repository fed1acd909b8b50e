import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { ClientCertificates } from "../../src/snapshot/client-certificates.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream, type RecordedRequest } from "../support/recording-upstream.ts";
import { revoke } from "../support/revoke.ts";
import { makeClients } from "../support/client-pairs.ts";
import { sign } from "../support/sign.ts";
import { type GatewaySketch, startDataPlane } from "../support/start-data-plane.ts";
import { openTls } from "../support/tls-client.ts";

const HOST = "guarded.example";
const ACCEPTED = "SUCCESS";

let server: CertificatePair;
let authority: CertificatePair;
let clients: Record<string, CertificatePair>;

beforeAll(async () => {
  ({ server, authority, clients } = await makeClients());
});

interface Sketch extends Partial<GatewaySketch> {
  readonly asked?: Partial<ClientCertificates>;
  readonly options?: Readonly<Record<string, string | boolean>>;
}

async function start({ asked, options, ...more }: Sketch = {}) {
  const upstream = await RecordingUpstream.start();
  const middleware = [{ use: "client-certificate", options: { id: "x", verify: "on", ...options } }];
  const gateway = await startDataPlane({
    routes: [{ host: HOST, to: upstream, middleware }],
    clientCertificates: { [HOST]: { id: "x", ca: authority.chain, depth: 1, ...asked } },
    defaultCertificate: server,
    ...more,
  });
  return { upstream, gateway };
}

function told(request: RecordedRequest | undefined): Record<string, string> {
  const names = ["ssl-client-verify", "ssl-client-subject-dn", "ssl-client-issuer-dn", "ssl-client-cert"];
  return Object.fromEntries(
    names.flatMap((name) => (request === undefined ? [] : values(request, name).map((value) => [name, value]))),
  );
}

/** What a client is answered; where it is let in, what the upstream is told of its verification. */
async function outcome(sketch: Sketch, pair: CertificatePair | undefined): Promise<string | number> {
  const { upstream, gateway } = await start(sketch);
  const client = await openTls(gateway.https, { servername: HOST, ...(pair === undefined ? {} : { pair }) });
  const status = await client.status(HOST);
  return status === 200 ? (told(upstream.requests[0])["ssl-client-verify"] ?? "nothing") : status;
}

describe("who is let in", () => {
  const ROWS: readonly (readonly [client: string, on: unknown, optional: unknown, optionalNoCa: unknown])[] = [
    ["none", 400, "NONE", "NONE"],
    ["anna", ACCEPTED, ACCEPTED, ACCEPTED],
    ["through", ACCEPTED, ACCEPTED, ACCEPTED],
    ["far", 400, 400, 400],
    ["early", 400, 400, 400],
    ["late", 400, 400, 400],
    ["self", 400, 400, "FAILED:self-signed certificate"],
    ["self-late", 400, 400, 400],
    ["alien", 400, 400, "FAILED:unable to verify the first certificate"],
    ["alien with its authority", 400, 400, "FAILED:self-signed certificate in certificate chain"],
    ["through, alone", 400, 400, "FAILED:unable to verify the first certificate"],
  ];
  test.for(ROWS)("%s", async ([name, ...wanted]) => {
    const got = await Promise.all(
      ["on", "optional", "optional_no_ca"].map((verify) => outcome({ options: { verify } }, clients[name])),
    );
    expect(got).toEqual(wanted);
  });

  test("by the depth that is allowed", async () => {
    expect(await outcome({ asked: { depth: 2 } }, clients["far"])).toBe(ACCEPTED);
    expect(await outcome({ asked: { depth: 0 } }, clients["through"])).toBe(400);
    expect(await outcome({ asked: { depth: 0 } }, clients["anna"])).toBe(ACCEPTED);
  });

  test("and who is revoked is not, nor anybody of an authority without a list", async () => {
    const [anna, other] = [clients["anna"] as CertificatePair, await sign("berta", { by: authority })];
    const crls = [await revoke(authority, [anna])];
    expect(await outcome({ asked: { crls } }, anna)).toBe(400);
    expect(await outcome({ asked: { crls }, options: { verify: "optional_no_ca" } }, anna)).toBe(400);
    expect(await outcome({ asked: { crls } }, other)).toBe(ACCEPTED);
    expect(await outcome({ asked: { crls } }, clients["through"])).toBe(400);
  });

  test("by the subject", async () => {
    expect(await outcome({ options: { pattern: "^CN=an+a$" } }, clients["anna"])).toBe(ACCEPTED);
    expect(await outcome({ options: { pattern: "CN=(berta|carla)" } }, clients["anna"])).toBe(403);
    expect(await outcome({ options: { pattern: "CN=anna", verify: "optional" } }, undefined)).toBe(403);
  });

  test("or is sent to another page", async () => {
    const { gateway } = await start({ options: { errorPage: "https://help.example/cert" } });
    const client = new RawClient((await openTls(gateway.https, { servername: HOST })).socket);
    client.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    const [answer] = await client.responsesUntilClose();
    expect([answer?.status, answer === undefined ? [] : values(answer, "location")]).toEqual([
      302,
      ["https://help.example/cert"],
    ]);
  });
});

test("the answers say why, and end the connection; the log has the reason", async () => {
  const { gateway } = await start();
  const bodies: string[] = [];
  for (const pair of [undefined, clients["late"]]) {
    const client = new RawClient(
      (await openTls(gateway.https, { servername: HOST, ...(pair === undefined ? {} : { pair }) })).socket,
    );
    client.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
    bodies.push(...(await client.responsesUntilClose()).map(({ body }) => body.toString().split("\n")[1] ?? ""));
  }
  expect(bodies).toEqual([
    "No required SSL certificate was sent.",
    "The SSL certificate of the client was not accepted.",
  ]);
  expect(gateway.finished.map(({ record }) => [record.failure, record.failureDetail])).toEqual([
    ["client_certificate_missing", "none was sent"],
    ["client_certificate_invalid", "CERT_HAS_EXPIRED, subject CN=late"],
  ]);
});

describe("what the upstream is told", () => {
  const FORGED = {
    "ssl-client-verify": "SUCCESS",
    "SSL-Client-Subject-DN": "CN=root",
    "ssl-client-issuer-dn": "CN=authority",
    "Ssl-Client-Cert": "forged",
  };

  test.for(["http/1.1", "h2"] as const)(
    "over %s: the certificate's own words, never the client's",
    async (protocol) => {
      const anna = clients["anna"] as CertificatePair;
      const { upstream, gateway } = await start({ options: { verify: "optional", pass: true } });
      const known = await openTls(gateway.https, { servername: HOST, protocol, pair: anna });
      const headers =
        protocol === "h2" ? FORGED : { ...FORGED, Connection: "ssl-client-verify, ssl-client-subject-dn" };
      expect(await known.status(HOST, headers)).toBe(200);
      const unknown = await openTls(gateway.https, { servername: HOST, protocol });
      expect(await unknown.status(HOST, headers)).toBe(200);
      expect(upstream.requests.map(told)).toEqual([
        {
          "ssl-client-verify": "SUCCESS",
          "ssl-client-subject-dn": "CN=anna",
          "ssl-client-issuer-dn": "CN=authority",
          "ssl-client-cert": encodeURIComponent(new X509Certificate(anna.chain).toString()),
        },
        { "ssl-client-verify": "NONE" },
      ]);
    },
  );

  test("also where nobody is asked, since that was written", async () => {
    const { upstream, gateway } = await start({ options: { verify: "off" }, clientCertificates: {} });
    const client = await openTls(gateway.https, { servername: HOST, pair: clients["anna"] as CertificatePair });
    expect(await client.status(HOST, FORGED)).toBe(200);
    expect(upstream.requests.map(told)).toEqual([{ "ssl-client-verify": "NONE" }]);
  });

  test("a WebSocket passes the same guard", async () => {
    const sockets = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(sockets, "listening");
    onTestFinished(() => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    });
    const { gateway } = await start({
      routes: [
        {
          host: HOST,
          to: sockets.address() as AddressInfo,
          middleware: [{ use: "client-certificate", options: { id: "x", verify: "on" } }],
        },
      ],
    });
    const open = (pair?: CertificatePair): WebSocket => {
      const certificate = pair === undefined ? {} : { cert: pair.chain, key: pair.privateKey };
      const options = {
        servername: HOST,
        rejectUnauthorized: false,
        headers: { Host: HOST, ...FORGED },
        ...certificate,
      };
      const socket = new WebSocket(`wss://127.0.0.1:${gateway.https}/`, options);
      onTestFinished(() => socket.terminate());
      return socket;
    };
    const [refusal] = (await once(open(), "error")) as [Error];
    expect(refusal.message).toMatch(/400/);
    const connected = once(sockets, "connection") as Promise<[WebSocket, { headers: Record<string, string> }]>;
    await once(open(clients["anna"]), "open");
    expect((await connected)[1].headers).toMatchObject({
      "ssl-client-verify": "SUCCESS",
      "ssl-client-subject-dn": "CN=anna",
    });
  });
});

describe("without TLS of its own", () => {
  test("a request brings no certificate, whatever is said in front of us", async () => {
    const { gateway, upstream } = await start({ forwardedHeaders: {} });
    const client = await RawClient.open(gateway.http);
    client.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nX-Forwarded-Proto: https\r\nssl-client-verify: SUCCESS\r\n\r\n`);
    expect((await client.response()).status).toBe(400);
    expect(upstream.requests).toEqual([]);
  });

  test("one goes on where certificates are optional, or where the solver of a challenge must be reached", async () => {
    for (const options of [{ verify: "optional" }, { plain: true }]) {
      const { gateway, upstream } = await start({ options });
      const client = await RawClient.open(gateway.http);
      client.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nssl-client-verify: SUCCESS\r\n\r\n`);
      expect((await client.response()).status).toBe(200);
      expect(told(upstream.requests[0])["ssl-client-verify"]).not.toBe("SUCCESS");
    }
  });
});

test("a host that asks has no default but its own", async () => {
  const upstream = await RecordingUpstream.start();
  const { gateway } = await start({
    routes: [
      { host: HOST, path: "/guarded", to: upstream },
      { host: "*", byDefault: true, to: upstream },
    ],
  });
  const client = await openTls(gateway.https, { servername: HOST });
  expect(await client.status(HOST)).toBe(404);
});

test("rules without a host may ask too: of all who name no other host", async () => {
  const upstream = await RecordingUpstream.start();
  const middleware = [{ use: "client-certificate", options: { id: "x", verify: "on" } }];
  const { gateway } = await start({
    routes: [
      { host: "*", byDefault: true, to: upstream, middleware },
      { host: "open.example", path: "/x", to: upstream },
    ],
    clientCertificates: { "*": { id: "x", ca: authority.chain, depth: 1 } },
  });
  const statusOf = async (servername: string | undefined, host: string, pair?: CertificatePair): Promise<number> => {
    const named = servername === undefined ? {} : { servername };
    return (await openTls(gateway.https, { ...named, ...(pair === undefined ? {} : { pair }) })).status(host);
  };
  const known = clients["through"];
  expect(await statusOf(undefined, "any.example", known)).toBe(200);
  expect(await statusOf("any.example", "any.example", known)).toBe(200);
  expect(await statusOf("any.example", "other.example", known)).toBe(200);
  expect(await statusOf(undefined, "any.example")).toBe(400);
  expect(await statusOf("any.example", "any.example")).toBe(400);
  expect(await statusOf("open.example", "open.example")).toBe(200);
  expect(await statusOf("open.example", "any.example", known)).toBe(421);
  expect(await statusOf("any.example", "open.example", known)).toBe(421);
});

test("authorities that OpenSSL does not take let nobody in, and harm nobody else", async () => {
  const upstream = await RecordingUpstream.start();
  const { gateway } = await start({
    routes: [{ host: HOST, to: upstream }, { to: upstream }],
    asked: { crls: ["nonsense"] },
  });
  await expect(openTls(gateway.https, { servername: HOST })).rejects.toThrow();
  const other = await openTls(gateway.https, { servername: "test.example" });
  expect(await other.status("test.example")).toBe(200);
});
