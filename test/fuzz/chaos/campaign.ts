// Random clients and a random upstream around a running data plane.
// In: a seed, a duration. Out: what went wrong, in words; nothing when all is well.
// Never: an outcome that depends on how fast the machine is.
import { setTimeout as pause } from "node:timers/promises";
import { makeDefaultCertificate } from "../../../src/certificates/default-certificate.ts";
import { DataPlane } from "../../../src/data-plane/data-plane.ts";
import type { Route } from "../../../src/snapshot/route.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import { ORIGIN, upstream as upstreamOn } from "../../support/routes.ts";
import { chaoticClient } from "./chaotic-client.ts";
import { ChaoticUpstream } from "./chaotic-upstream.ts";
import { openSockets } from "./open-sockets.ts";
import { Random } from "../random.ts";

export interface Fuzzed {
  readonly problems: readonly string[];
  readonly connections: number;
  readonly requests: number;
  readonly answers: number;
}

/** @param seconds how long new connections are opened; what is open then is awaited */
export async function fuzz(seed: number, seconds: number, clients = 64): Promise<Fuzzed> {
  const problems: string[] = [];
  const problem = (text: string): void => void (problems.length < 50 && problems.push(text));
  const random = new Random(seed);
  const certificate = await makeDefaultCertificate();
  const upstream = new ChaoticUpstream(new Random(random.int(2 ** 32)), problem, null);
  const secure = new ChaoticUpstream(new Random(random.int(2 ** 32)), problem, certificate);
  const port = await upstream.listen();
  const securePort = await secure.listen();
  let unfinished = 0;
  const dataPlane = new DataPlane({
    http: { host: "127.0.0.1", port: 0 },
    https: { host: "127.0.0.1", port: 0 },
    defaultCertificate: () => Promise.resolve(certificate),
    // Each shorter than we wait for quiet; a tunnel's is not, since no tunnel may need it when both its ends are gone.
    timeouts: {
      upstreamRead: 600,
      requestHead: 500,
      requestBody: 1_000,
      upstreamIdle: 1_500,
      keepAlive: 900,
      tlsHandshake: 3_000,
      downstreamWrite: 5_000,
      upstreamWrite: 5_000,
    },
    onFinished: (exchange) => {
      unfinished += 1;
      if (exchange.record.failure === "internal_error") problem(exchange.record.failureDetail);
    },
  });
  dataPlane.apply(
    seal({
      virtualHosts: [
        {
          host: "test.example",
          routes: [forwarding("/", "plain"), forwarding("/s", "secure")],
        },
      ],
      upstreams: [upstreamOn("plain", [port]), upstreamOn("secure", [securePort], { protocol: "https" })],
      certificates: [],
    }),
  );
  const ports = await dataPlane.listen();
  const { spoiled } = upstream;
  secure.spoiled = spoiled;
  let ids = 0;
  let connections = 0;
  let answers = 0;
  const end = Date.now() + seconds * 1000;
  const one = async (own: Random): Promise<void> => {
    while (Date.now() < end) {
      const tls = own.oneIn(4);
      connections += 1;
      const to = (tls ? ports.https : ports.http) as number;
      const answered = await chaoticClient({ random: own, port: to, tls, nextId: () => `n${ids++}`, problem, spoiled });
      answers += answered;
    }
  };
  await Promise.all(Array.from({ length: clients }, () => one(new Random(random.int(2 ** 32)))));
  upstream.calm = true;
  secure.calm = true;
  await quiet(() => dataPlane.connectionCount, "downstream connections", problem);
  await quiet(() => upstream.open.size + secure.open.size, "upstream connections", problem);
  const clean = new Clean();
  answers += await chaoticClient({
    random: clean,
    port: ports.http as number,
    tls: false,
    nextId: () => "n",
    problem,
    spoiled,
  });
  if (unfinished === 0) problem("no exchange was finished");
  dataPlane.close();
  upstream.close();
  secure.close();
  return { problems, connections, requests: upstream.requests + secure.requests, answers };
}

function forwarding(path: string, upstream: string): Route {
  const match = { kind: "prefix", path } as const;
  return { name: path, origin: ORIGIN, match, middleware: [], action: { kind: "forward", upstream } };
}

/** Chooses the first of everything, and no accident. */
class Clean extends Random {
  constructor() {
    super(0);
  }
  override int(): number {
    return 0;
  }
  override oneIn(): boolean {
    return false;
  }
}

async function quiet(count: () => number, what: string, problem: (text: string) => void): Promise<void> {
  for (let tries = 0; tries < 130 && count() > 0; tries++) await pause(100);
  if (count() > 0) problem(`${count()} ${what} are left; open:${openSockets()}`);
}
