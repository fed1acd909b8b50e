import { get } from "node:https";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { makeDefaultCertificate } from "../../src/certificates/default-certificate.ts";
import { startDemoUpstreams } from "../../src/cli/demo-upstreams.ts";
import { Problem } from "../../src/cli/problem.ts";
import { ask } from "../telemetry/ask.ts";

async function start(): Promise<Awaited<ReturnType<typeof startDemoUpstreams>>> {
  const upstreams = await startDemoUpstreams(await makeDefaultCertificate(), { plain: 0, secure: 0 });
  onTestFinished(() => upstreams.close());
  return upstreams;
}

test("the plain upstream shows the request", async () => {
  const { plain } = await start();
  const { body } = await ask(plain, "/a?b", { method: "POST", headers: { "X-Word": "yes" } });
  expect(body).toContain("hello from the plain demo upstream");
  expect(body).toContain("POST /a?b\n");
  expect(body).toContain("X-Word: yes\n");
});

test("the secure upstream is a page, and what it shows cannot become markup", async () => {
  const { secure } = await start();
  const body = await new Promise<string>((resolve, reject) => {
    const options = { host: "127.0.0.1", port: secure, path: "/<script>", rejectUnauthorized: false, agent: false };
    get(options as object, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve(text));
    }).on("error", reject);
  });
  expect(body).toContain("<title>Kubernetes Dashboard (demo)</title>");
  expect(body).toContain("GET /&lt;script&gt;");
  expect(body).not.toContain("<script>");
});

test("WebSockets come back as they were sent, of every length form", async () => {
  const { plain } = await start();
  const socket = new WebSocket(`ws://127.0.0.1:${plain}/echo`);
  onTestFinished(() => socket.terminate());
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  for (const text of ["hello", "ä".repeat(300), "x".repeat(65_536)]) {
    const answer = new Promise((resolve) => socket.once("message", (data: Buffer) => resolve(data.toString())));
    socket.send(text);
    expect(await answer).toBe(text);
  }
  const pong = new Promise((resolve) => socket.once("pong", (data: Buffer) => resolve(data.toString())));
  socket.ping("there?");
  expect(await pong).toBe("there?");
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.close(1000);
  expect(await closed).toBe(1000);
});

test("a busy port is a problem, and nothing is left running", async () => {
  const busy = await start();
  const pair = await makeDefaultCertificate();
  await expect(startDemoUpstreams(pair, { plain: 0, secure: busy.secure })).rejects.toThrow(Problem);
  await expect(startDemoUpstreams(pair, { plain: busy.plain, secure: 0 })).rejects.toThrow(
    `port ${busy.plain} on 127.0.0.1 is busy`,
  );
});
