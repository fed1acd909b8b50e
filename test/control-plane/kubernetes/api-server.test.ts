import type { RequestListener } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import { ApiError, isExpired, Unreachable } from "../../../src/control-plane/kubernetes/api-error.ts";
import type { Credentials, Identity } from "../../../src/control-plane/kubernetes/credentials.ts";
import { closedPort, nodeUpstream } from "../../support/servers.ts";
import { ManualTimers } from "../../support/manual-timers.ts";
import { sign } from "../../support/sign.ts";

const NOBODY: Identity = { headers: {}, tls: {} };

/** Credentials that are `known[0]` at first, and one further each time they are renewed. */
function credentials(server: string, ...known: Identity[]): Credentials & { readonly renewals: () => number } {
  let renewals = 0;
  return {
    server: new URL(server),
    about: "the test",
    renewals: () => renewals,
    identify(renew) {
      if (renew) renewals += 1;
      return Promise.resolve(known[Math.min(renewals, known.length - 1)] ?? NOBODY);
    },
  };
}

async function serverWith(listener: RequestListener, timers = new ManualTimers()): Promise<ApiServer> {
  const { port } = await nodeUpstream(listener);
  return client(credentials(`http://127.0.0.1:${port}`), timers);
}

function client(who: Credentials, timers = new ManualTimers()): ApiServer {
  const api = new ApiServer(who, { userAgent: "ts-ingress/test", timers });
  onTestFinished(() => api.close());
  return api;
}

async function thrown<Kind extends Error>(
  work: Promise<unknown>,
  kind: new (...given: never[]) => Kind,
): Promise<Kind> {
  const error: unknown = await work.then(
    () => new Error("it went well"),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(kind);
  return error as Kind;
}

const bearer = (token: string): Identity => ({ headers: { authorization: `Bearer ${token}` }, tls: {} });

test("a request has query, body and its type, and gives JSON", async () => {
  const api = await serverWith((request, response) => {
    const { method, url, headers } = request;
    const [type, agent] = [headers["content-type"], headers["user-agent"]];
    void text(request).then((body) => response.end(JSON.stringify({ method, url, body, type, agent })));
  });
  const query = { limit: 5, continue: undefined, labelSelector: "a=b,c" };
  expect(await api.request("GET", "/api/v1/pods", { query })).toEqual({
    method: "GET",
    url: "/api/v1/pods?limit=5&labelSelector=a%3Db%2Cc",
    body: "",
    agent: "ts-ingress/test",
  });
  const patch = { body: { a: "ü" }, contentType: "application/merge-patch+json" };
  expect(await api.request("PATCH", "/x", patch)).toMatchObject({
    method: "PATCH",
    body: '{"a":"ü"}',
    type: "application/merge-patch+json",
  });
});

test("a refusal tells status, reason, message and how long to wait", async () => {
  const status = { kind: "Status", code: 429, reason: "TooManyRequests", message: "slow down" };
  const api = await serverWith((_request, response) => {
    response.writeHead(429, { "retry-after": "3" }).end(JSON.stringify(status));
  });
  const error = await thrown(api.request("GET", "/"), ApiError);
  expect(error).toMatchObject({ status: 429, reason: "TooManyRequests", message: "slow down", retryAfter: 3000 });
  expect(isExpired(error)).toBe(false);
});

test("a refusal that is no Status is told by its number", async () => {
  const api = await serverWith((_request, response) => void response.writeHead(502).end("<html>"));
  const error = await thrown(api.request("GET", "/"), ApiError);
  expect(error).toMatchObject({ status: 502, reason: "", retryAfter: null });
});

test("what is not JSON, or is cut off, did not answer", async () => {
  const api = await serverWith((request, response) => {
    if (request.url === "/html") response.end("<html>");
    else response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy());
  });
  expect((await thrown(api.request("GET", "/html"), Unreachable)).code).toBe("NOT_JSON");
  expect((await thrown(api.request("GET", "/cut"), Unreachable)).message).toContain("cut off");
});

test("a server that is not there is told with its address", async () => {
  const { port } = await closedPort();
  const error = await thrown(client(credentials(`http://127.0.0.1:${port}`)).request("GET", "/"), Unreachable);
  expect(error.code).toBe("ECONNREFUSED");
  expect(error.message).toContain(`127.0.0.1:${port}`);
});

test("connections are kept and used again", async () => {
  const ports = new Set<number | undefined>();
  const api = await serverWith((request, response) => {
    ports.add(request.socket.remotePort);
    response.end("{}");
  });
  for (let count = 0; count < 5; count += 1) await api.request("GET", "/");
  expect(ports.size).toBe(1);
});

test("an idle connection that the server closed costs a read nothing", async () => {
  let count = 0;
  const api = await serverWith((request, response) => {
    count += 1;
    if (count === 2) request.socket.resetAndDestroy();
    else response.end("{}");
  });
  await api.request("GET", "/");
  expect(await api.request("GET", "/")).toEqual({});
  expect(count).toBe(3);
});

test("401: credentials are read anew and the request is tried once more", async () => {
  const seen: string[] = [];
  const { port } = await nodeUpstream((request, response) => {
    seen.push(request.headers.authorization ?? "");
    response.writeHead(request.headers.authorization === "Bearer new" ? 200 : 401).end("{}");
  });
  const who = credentials(`http://127.0.0.1:${port}`, bearer("old"), bearer("new"));
  const api = client(who);
  const both = await Promise.all([api.request("GET", "/a"), api.request("GET", "/b")]);
  expect(both).toEqual([{}, {}]);
  expect(who.renewals()).toBe(1);
  await api.request("GET", "/c");
  expect(seen.toSorted((a, b) => a.localeCompare(b))).toEqual([
    "Bearer new",
    "Bearer new",
    "Bearer new",
    "Bearer old",
    "Bearer old",
  ]);
});

test("401 again is told", async () => {
  let asked = 0;
  const api = await serverWith((_request, response) => {
    asked += 1;
    response.writeHead(401).end("{}");
  });
  expect((await thrown(api.request("GET", "/"), ApiError)).status).toBe(401);
  expect(asked).toBe(2);
});

test("credentials are read again after a minute", async () => {
  const timers = new ManualTimers();
  const { port } = await nodeUpstream((request, response) =>
    response.end(JSON.stringify(request.headers.authorization)),
  );
  let token = "one";
  const who = { ...credentials(`http://127.0.0.1:${port}`), identify: () => Promise.resolve(bearer(token)) };
  const api = client(who, timers);
  expect(await api.request("GET", "/")).toBe("Bearer one");
  token = "two";
  expect(await api.request("GET", "/")).toBe("Bearer one");
  timers.advance(60_000);
  expect(await api.request("GET", "/")).toBe("Bearer two");
});

test("silence ends a request, but not a stream that has begun", async () => {
  const timers = new ManualTimers();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  const api = await serverWith((request, response) => {
    if (request.url === "/stream") response.write("a");
    else arrive();
  }, timers);
  const stream = await api.stream("/stream");
  const silent = thrown(api.request("GET", "/silent"), Unreachable);
  await arrived;
  timers.advance(65_000);
  expect((await silent).code).toBe("ETIMEDOUT");
  expect(stream.destroyed).toBe(false);
});

test("whoever asked may give up, before the answer and within a stream", async () => {
  const api = await serverWith((request, response) => {
    if (request.url === "/stream") response.write("a");
  });
  const stop = new AbortController();
  const waiting = api.request("GET", "/silent", { signal: stop.signal });
  const stream = await api.stream("/stream", { signal: stop.signal });
  const reason = new Error("enough");
  stop.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(stream.toArray()).rejects.toThrow();
  await expect(api.request("GET", "/", { signal: stop.signal })).rejects.toBe(reason);
});

test("close ends what is under way", async () => {
  const api = await serverWith((_request, response) => void response.write("a"));
  const stream = await api.stream("/");
  const waiting = thrown(api.request("GET", "/"), Unreachable);
  api.close();
  await expect(stream.toArray()).rejects.toThrow();
  expect((await waiting).code).toBe("CLOSED");
});

test("a rotated authority is read anew; a watch goes on meanwhile", async () => {
  const [old, young] = [await sign("old", { authority: true }), await sign("young", { authority: true })];
  const pairs = [
    await sign("api", { names: ["localhost"], by: old }),
    await sign("api", { names: ["localhost"], by: young }),
  ];
  const { port, server } = await nodeUpstream((request, response) => {
    if (request.url === "/watch") response.write("a");
    else response.setHeader("connection", "close").end("{}");
  }, pairs[0]);
  const trust = (ca: string): Identity => ({ headers: {}, tls: { ca } });
  const who = credentials(`https://localhost:${port}`, trust(old.chain), trust(young.chain));
  const api = client(who);
  expect(await api.request("GET", "/")).toEqual({});
  const watch = await api.stream("/watch");
  const { chain: cert = "", privateKey: key = "" } = pairs[1] ?? {};
  (server as unknown as { setSecureContext(pair: object): void }).setSecureContext({ cert, key });
  await thrown(api.request("GET", "/"), Unreachable);
  expect(await api.request("GET", "/")).toEqual({});
  expect(who.renewals()).toBe(1);
  expect(watch.destroyed).toBe(false);
});

test("a server below a path is asked there", async () => {
  const { port } = await nodeUpstream((request, response) => response.end(JSON.stringify(request.url)));
  const api = client(credentials(`http://127.0.0.1:${port}/k8s/clusters/c-1/`));
  expect(await api.request("GET", "/api/v1/pods", { query: { limit: 1 } })).toBe(
    "/k8s/clusters/c-1/api/v1/pods?limit=1",
  );
});

test("a proxy on the way is used", async () => {
  const asked: (string | undefined)[] = [];
  const { port } = await nodeUpstream((request, response) => {
    asked.push(request.url);
    response.end("{}");
  });
  const api = client({ ...credentials("http://api.invalid:6443"), proxy: `http://127.0.0.1:${port}` });
  expect(await api.request("GET", "/api")).toEqual({});
  expect(asked).toEqual(["http://api.invalid:6443/api"]);
});
