import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ask } from "../telemetry/ask.ts";
import { ingress, service } from "./manifests.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { Running } from "./running.ts";

const ANY_PORTS = ["--http-port", "0", "--https-port", "0", "--health-port", "0", "--admin-port", "0"];

/** A running `ts-ingress dev`. */
class Dev extends Running {
  constructor(args: readonly string[], state: string) {
    super(["dev", ...args, ...ANY_PORTS], { XDG_STATE_HOME: state });
  }
}

async function upstream(): Promise<number> {
  const server = createServer((request, response) => response.end(`hello ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

test("serves, prints routes and curl lines, logs requests and changes, stops on Ctrl-C", async () => {
  const endpoint = await upstream();
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, endpoint) + ingress() });
  const dev = new Dev([folder], await temporaryFolder());
  const [, http] = await dev.until("stdout", /^ {2}http +http:\/\/127\.0\.0\.1:(\d+)\n[^]*admin .*\n/m);
  expect(dev.stdout).toMatch(
    /shop\.example\.com {2}\/ +Prefix +-> default\/web:80 = 127\.0\.0\.1:\d+ +default\/web .*m\.yaml:\d+/,
  );
  expect(dev.stdout).toContain(`curl --resolve shop.example.com:${http}:127.0.0.1 http://shop.example.com:${http}/\n`);
  expect(dev.stdout).toMatch(/curl --resolve shop\.example\.com:\d+:127\.0\.0\.1 --cacert \S+\.pem https:\/\/shop/);

  const answer = await ask(Number(http), "/cart?q", { headers: { host: "shop.example.com" } });
  expect(answer.body).toBe("hello /cart?q");
  await dev.until("stdout", /GET shop\.example\.com\/cart 200 default\/web 127\.0\.0\.1:\d+ .*ms .*B\n/);

  await writeFile(
    path.join(folder, "new.yaml"),
    ingress({ name: "new", host: "new.example.com", backend: "service: { name: nobody, port: { number: 80 } }" }),
  );
  await dev.until("stderr", /^changed hosts: \+new\.example\.com/m);
  await dev.until("stderr", /Service default\/nobody.*\[ServiceNotFound\]\n {2}-> .*\n/);

  expect(await dev.end("SIGINT")).toBe(0);
  await dev.until("stderr", /stopping[^]*stopped\n$/);
});

test("as JSON: one object a request on stdout, messages as objects on stderr; SIGTERM stops it too", async () => {
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, await upstream()) + ingress() });
  const dev = new Dev([folder, "--log-format", "json"], await temporaryFolder());
  const [line] = await dev.until("stderr", /^.*"message":"serving".*\n/m);
  const { http } = JSON.parse(line) as { http: number };
  await ask(http, "/", { headers: { host: "shop.example.com" } });
  await ask(http, "/", { headers: { host: "unknown.example.com" } });
  await dev.until("stdout", /"no_route".*\n/);
  const lines = dev.stdout
    .trimEnd()
    .split("\n")
    .map((text) => JSON.parse(text) as object);
  expect(lines).toMatchObject([
    { host: "shop.example.com", status: 200, ingress: "web", service: "web", service_port: "80" },
    { host: "unknown.example.com", status: 404, flags: ["no_route"] },
  ]);
  expect(await dev.end("SIGTERM")).toBe(0);
});

test("a second Ctrl-C does not wait for open requests", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  const arrived = new Promise((resolve) => silent.once("request", resolve));
  const endpoint = (silent.address() as AddressInfo).port;
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, endpoint) + ingress() });
  const dev = new Dev([folder], await temporaryFolder());
  const [, http] = await dev.until("stdout", /^ {2}http +http:\/\/127\.0\.0\.1:(\d+)\n[^]*admin .*\n/m);
  const open = ask(Number(http), "/", { headers: { host: "shop.example.com" } }).catch(() => "cut off");
  await arrived;
  dev.child.kill("SIGINT");
  await dev.until("stderr", /stopping/);
  expect(await dev.end("SIGINT")).toBe(130);
  expect(await open).toBe("cut off");
});

test("a reader that stops reading keeps neither requests nor the end waiting", async () => {
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, await upstream()) + ingress() });
  const dev = new Dev([folder], await temporaryFolder());
  const [, http] = await dev.until("stdout", /^ {2}http +http:\/\/127\.0\.0\.1:(\d+)\n[^]*admin .*\n/m);
  dev.child.stdout?.pause();
  // Each line takes 1 KiB: together more than any pipe or socket holds.
  const path = `/${"x".repeat(1000)}`;
  for (let sent = 0; sent < 1500; sent += 50) {
    const batch = Array.from({ length: 50 }, () => ask(Number(http), path, { headers: { host: "shop.example.com" } }));
    for (const { status } of await Promise.all(batch)) expect(status).toBe(200);
  }
  expect(await dev.end("SIGTERM")).toBe(0);
});

/** Processes of the workers, as they are told at the start. */
async function workersOf(dev: Dev): Promise<number[]> {
  const [, list = ""] = await dev.until("stdout", /^ {2}workers ([\d ]+) \(processes\)\n/m);
  const workers = list.split(" ").map(Number);
  onTestFinished(() => workers.forEach(kill));
  return workers;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended, as it should.
  }
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test("workers: requests are logged, SIGUSR2 replaces them, Ctrl-C ends them", async () => {
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, await upstream()) + ingress() });
  const dev = new Dev([folder, "--workers", "2"], await temporaryFolder());
  const before = await workersOf(dev);
  const [, http] = await dev.until("stdout", /^ {2}http +http:\/\/127\.0\.0\.1:(\d+)\n/m);
  const get = (): Promise<{ body: string }> => ask(Number(http), "/cart", { headers: { host: "shop.example.com" } });
  expect((await get()).body).toBe("hello /cart");
  await dev.until("stdout", /GET shop\.example\.com\/cart 200 default\/web 127\.0\.0\.1:\d+ .*ms .*B\n/);
  dev.child.kill("SIGUSR2");
  const [, after = ""] = await dev.until("stderr", /^replaced the workers: ([\d ]+)/m);
  const workers = after.trim().split(" ").map(Number);
  onTestFinished(() => workers.forEach(kill));
  expect(workers.filter((pid) => before.includes(pid))).toEqual([]);
  expect((await get()).body).toBe("hello /cart");
  expect(await dev.end("SIGINT")).toBe(0);
  expect([...before, ...workers].filter(lives)).toEqual([]);
});

test("workers serve on when the primary is killed, by the routes they have", async () => {
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, await upstream()) + ingress() });
  const dev = new Dev([folder, "--workers", "2"], await temporaryFolder());
  const workers = await workersOf(dev);
  const [, http] = await dev.until("stdout", /^ {2}http +http:\/\/127\.0\.0\.1:(\d+)\n/m);
  await dev.end("SIGKILL");
  const answers = Array.from({ length: 20 }, () => ask(Number(http), "/", { headers: { host: "shop.example.com" } }));
  for (const { status } of await Promise.all(answers)) expect(status).toBe(200);
  expect(workers.filter(lives)).toEqual(workers);
});

test("without workers, SIGUSR2 says so and nothing else happens", async () => {
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, await upstream()) + ingress() });
  const dev = new Dev([folder], await temporaryFolder());
  await dev.until("stdout", /^ {2}http /m);
  dev.child.kill("SIGUSR2");
  await dev.until("stderr", /no workers to replace/);
  expect(await dev.end("SIGTERM")).toBe(0);
});

test("a busy port that was asked for: exit 1 and one line", async () => {
  const busy = await upstream();
  const folder = await temporaryFolder({ "m.yaml": service("web") + ingress() });
  const { code, stderr } = await runCli(["dev", folder, "--http-port", String(busy)], {
    XDG_STATE_HOME: await temporaryFolder(),
  });
  expect(code).toBe(1);
  expect(stderr).toBe(
    `error: port ${busy} on 127.0.0.1 is busy. Stop the program that listens there, or give another one: --http-port 0 takes any that is free.\n`,
  );
});

test("--strict-paths refuses what an upstream may read differently, and forwards one form", async () => {
  const endpoint = await upstream();
  const folder = await temporaryFolder({ "m.yaml": service("web", 80, endpoint) + ingress() });
  const dev = new Dev([folder, "--strict-paths"], await temporaryFolder());
  const [, http] = await dev.until("stdout", /^ {2}http +http:\/\/127\.0\.0\.1:(\d+)\n/m);
  const host = { headers: { host: "shop.example.com" } };
  expect((await ask(Number(http), "/a%2Fb", host)).status).toBe(400);
  expect((await ask(Number(http), "/a//./b/../c", host)).body).toBe("hello /a/c");
});
