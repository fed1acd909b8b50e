// F1 to F12: endpoints that refuse, are silent, cut off, say too much, or come and go.
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { allRight, type Bed, describe, type Fault, finding, type Finding, HOST, percentile } from "./bed.ts";
import { BlackHole } from "./black-hole.ts";
import { deliveredTwice, type Endpoint, type Misbehaviour } from "./endpoint.ts";
import type { LoadResult, SteadyLoad } from "./steady-load.ts";

const times = (count: number): { readonly [Symbol.iterator]: () => Iterator<number> } => Array(count).keys();

/** One endpoint of three misbehaves for two seconds of load: what must hold whatever it does. */
function misbehaving(misbehaviour: Misbehaviour, expected: readonly string[]): Fault["run"] {
  return async (bed) => {
    bed.endpoints[0].misbehaviour = misbehaviour;
    const load = bed.load();
    const result = await load.during(2_500);
    return [
      finding("responses that look whole and are not", result.corrupt, 0),
      onlyWrong(result, expected),
      finding("POST delivered twice", deliveredTwice(bed.endpoints, load.posted), 0),
    ];
  };
}

/** Something goes wrong for some, and nothing but what is expected. */
function onlyWrong(result: LoadResult, expected: readonly string[]): Finding {
  const kinds = [...result.wrong.keys()];
  const holds = kinds.every((kind) => expected.some((pattern) => kind.includes(pattern))) && result.right > 0;
  return { what: `nothing but ${expected.join(", ") || "right answers"}`, figure: describe(result), holds };
}

const CUT_OFF = ["502", "ECONNRESET", "stream closed", "aborted", "ERR_HTTP2_STREAM_ERROR", "HPE_"];

export const upstreamFaults: readonly Fault[] = [
  {
    name: "F1",
    title: "one endpoint of three refuses, and is back",
    async run(bed) {
      const load = bed.load();
      await delay(500);
      await bed.endpoints[0].close();
      const closed = performance.now();
      await until(bed, ({ ejected }) => ejected === 1);
      const ejectedIn = performance.now() - closed;
      await bed.endpoints[0].open();
      const before = bed.endpoints[0].deliveries.size;
      const reopened = performance.now();
      while (bed.endpoints[0].deliveries.size === before && performance.now() - reopened < 40_000) await delay(100);
      const backIn = performance.now() - reopened;
      const result = await load.stop();
      // A response that the reset cut in the middle cannot be mended: nothing was lost that had not begun.
      return [
        { what: "errors", figure: describe(result), holds: result.requests - result.right <= 2 },
        { what: "ejected within a second", figure: `${ejectedIn.toFixed(0)} ms`, holds: ejectedIn < 1_000 },
        { what: "back within 35 s", figure: `${(backIn / 1000).toFixed(1)} s`, holds: backIn < 35_000 },
        finding("POST delivered twice", deliveredTwice(bed.endpoints, load.posted), 0),
      ];
    },
  },
  {
    name: "F2",
    title: "an endpoint that takes no connections",
    async run(bed) {
      const hole = await BlackHole.open();
      bed.route([bed.endpoints[1], bed.endpoints[2], { port: hole.port }]);
      const result = await bed.load().during(6_000);
      const { ejected } = await bed.gateway.sample();
      hole.close();
      bed.route();
      const slowest = Math.max(...result.times);
      return [
        allRight("errors", result),
        {
          what: "the slowest took the connect time and no more",
          figure: `${slowest.toFixed(0)} ms`,
          holds: slowest < 4_500,
        },
        { what: "ejected", figure: String(ejected), holds: ejected === 1 },
      ];
    },
  },
  {
    name: "F3",
    title: "no response head",
    async run(bed) {
      bed.endpoints[0].misbehaviour = () => {};
      const load = bed.load();
      const result = await load.during(4_000);
      return [
        onlyWrong(result, ["504"]),
        finding("POST delivered twice", deliveredTwice(bed.endpoints, load.posted), 0),
      ];
    },
  },
  {
    name: "F4",
    title: "the body stalls in the middle",
    run: misbehaving((answer, response) => {
      response.writeHead(200, { "content-length": answer.length });
      response.write(answer.slice(0, 20));
    }, CUT_OFF),
  },
  {
    name: "F5",
    title: "a reset in the middle of a response",
    run: misbehaving((answer, response, socket) => {
      response.writeHead(200, { "content-length": answer.length });
      response.write(answer.slice(0, 20), () => socket.resetAndDestroy());
    }, CUT_OFF),
  },
  {
    name: "F6",
    title: "the end comes before the last chunk, or before the length is reached",
    run: misbehaving((answer, _response, socket) => {
      const head =
        Math.random() < 0.5 ? "Transfer-Encoding: chunked\r\n\r\n14\r\n" : `Content-Length: ${answer.length}\r\n\r\n`;
      socket.end(`HTTP/1.1 200 OK\r\n${head}${answer.slice(0, 20)}`);
    }, CUT_OFF),
  },
  {
    name: "F7",
    title: "upstreams close connections just as they are used again",
    async run(bed) {
      for (const endpoint of bed.endpoints) {
        endpoint.misbehaviour = (answer, response, socket) => {
          response.end(answer, () => void setTimeout(() => socket.destroy(), Math.random() * 12));
        };
      }
      const gets = await bed.load(["GET"]).during(3_000);
      const load = bed.load(["POST"]);
      const posts = await load.during(3_000);
      return [
        allRight("errors of GET", gets),
        onlyWrong(posts, ["502"]),
        finding("POST delivered twice", deliveredTwice(bed.endpoints, load.posted), 0),
      ];
    },
  },
  {
    name: "F8",
    title: "more than was asked for: octets behind the response, two responses, a 101, a hundred 1xx",
    run: misbehaving(
      (answer, _response, socket) => {
        const whole = `HTTP/1.1 200 OK\r\nContent-Length: ${answer.length}\r\n\r\n${answer}`;
        const stray = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray";
        const odd = [
          `${whole}stray`,
          `${whole}${stray}`,
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
          `${[...times(100)].map(() => "HTTP/1.1 102 Processing\r\n\r\n").join("")}${whole}`,
        ];
        socket.write(odd[Math.floor(Math.random() * odd.length)] as string);
      },
      ["502"],
    ),
  },
  {
    name: "F9",
    title: "413 while the upload goes on",
    async run(bed) {
      bed.endpoints.forEach((endpoint) => {
        endpoint.misbehaviour = (_answer, response) => response.writeHead(413, { "content-length": 0 }).end();
      });
      const refused = await Promise.all([...times(200)].map(() => upload(bed)));
      for (const endpoint of bed.endpoints) endpoint.misbehaviour = null;
      const result = await bed.load().during(1_000);
      const other = refused.filter((status) => status !== 413);
      return [
        {
          what: "each upload saw its 413",
          figure: `${refused.length - other.length} of ${refused.length}`,
          holds: other.length === 0,
        },
        allRight("requests on connections used before", result),
      ];
    },
  },
  {
    name: "F10",
    title: "no endpoint at all, and one again",
    async run(bed) {
      bed.route([]);
      const none = await bed.load().during(1_500);
      bed.route();
      const began = performance.now();
      const one = bed.load();
      while (one.result.right === 0 && performance.now() - began < 5_000) await delay(5);
      const first = performance.now() - began;
      const again = await one.during(500);
      const p99 = percentile(none.times, 0.99);
      return [
        { what: "503, and nothing else", figure: describe(none), holds: none.wrong.get("503") === none.requests },
        { what: "503 at once (p99)", figure: `${p99.toFixed(1)} ms`, holds: p99 < 50 },
        { what: "first answer after the return", figure: `${first.toFixed(0)} ms`, holds: first < 1_000 },
        allRight("then", again),
      ];
    },
  },
  {
    name: "F11",
    title: "an endpoint that is there for a second and gone for a second",
    async run(bed) {
      const load = bed.load();
      for (const turn of times(8)) {
        await delay(1_000);
        if (turn % 2 === 0) await bed.endpoints[0].close();
        else await bed.endpoints[0].open();
      }
      const result = await load.stop();
      return [
        { what: "errors", figure: describe(result), holds: result.requests - result.right <= 8 },
        attempts(bed, load),
      ];
    },
  },
  {
    name: "F12",
    title: "one endpoint answers 503 to a third, slowly",
    async run(bed) {
      bed.endpoints[0].misbehaviour = (answer, response) => {
        if (Math.random() < 0.3) setTimeout(() => response.writeHead(503).end(), 1_000);
        else response.end(answer);
      };
      const load = bed.load();
      const result = await load.during(5_000);
      const quick = percentile(result.times, 0.5);
      return [
        onlyWrong(result, ["503"]),
        attempts(bed, load),
        { what: "the others are as quick as ever (median)", figure: `${quick.toFixed(1)} ms`, holds: quick < 20 },
      ];
    },
  },
];

/** Deliveries to endpoints for each request of a client. */
function attempts({ endpoints }: { readonly endpoints: readonly Endpoint[] }, load: SteadyLoad): Finding {
  const posted = new Set(load.posted);
  const delivered = endpoints.flatMap(({ deliveries }) => [...deliveries]).filter(([id]) => posted.has(id));
  const ratio =
    delivered.reduce((sum, [, count]) => sum + count, 0) / Math.max(1, new Set(delivered.map(([id]) => id)).size);
  return finding("deliveries a request", ratio, 1.2);
}

async function until(
  bed: Bed,
  holds: (sample: Awaited<ReturnType<Bed["gateway"]["sample"]>>) => boolean,
): Promise<void> {
  const end = performance.now() + 10_000;
  while (performance.now() < end && !holds(await bed.gateway.sample())) await delay(20);
}

/** A POST whose body goes on until an answer comes. @returns the status, or 0 where none came */
function upload(bed: Bed): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(bed.gateway.http, "127.0.0.1");
    let text = "";
    socket.on("error", () => resolve(0));
    socket.on("data", (piece: Buffer) => (text += piece.toString("latin1")));
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)));
    socket.write(`POST /upload HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 300000\r\n\r\n`);
    socket.write(Buffer.alloc(300_000));
    socket.on("data", () => socket.end());
  });
}
