import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { BODY, HEADERS, PATH } from "./load/request.ts";

/** How long a process may take to listen, in milliseconds. */
const PATIENCE = 10_000;

/** Resolves as soon as something listens on the port of loopback. @throws when nothing does in ten seconds. */
export async function untilListening(port: number): Promise<void> {
  for (const deadline = performance.now() + PATIENCE; ;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await wait(20);
    } finally {
      socket.destroy();
    }
  }
}

/** Asks the request of the benchmark once. @throws where the answer is not 200 with the upstream's body: its speed would mean nothing. */
export async function checkAnswer(name: string, port: number): Promise<void> {
  const asked = request({ port, host: "127.0.0.1", path: PATH, headers: Object.fromEntries(HEADERS), agent: false });
  asked.end();
  const [answer] = (await once(asked, "response", { signal: AbortSignal.timeout(PATIENCE) })) as [IncomingMessage];
  const body = await text(answer);
  if (answer.statusCode !== 200 || body !== BODY) {
    throw new Error(`${name} answers ${answer.statusCode} ${JSON.stringify(body.slice(0, 200))} instead of the body`);
  }
}
