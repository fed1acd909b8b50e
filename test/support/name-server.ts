import { createSocket, type Socket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { onTestFinished } from "vitest";
import { answerTo, NAME_ERROR, NO_ERROR, questionOf, type Records, REFUSED } from "./dns-message.ts";

/** A name server on loopback that knows what it is told, and counts what it is asked. */
export class NameServer {
  /** Keyed "A name" and "AAAA name"; a name without any does not exist. */
  readonly records = new Map<string, Records>();
  /** "A name" for each question, in order. */
  readonly asked: string[] = [];
  /** While set, every question is refused. */
  broken = false;
  readonly #socket: Socket = createSocket("udp4");

  static async start(): Promise<NameServer> {
    const server = new NameServer();
    server.#socket.on("message", (query, from) => server.#socket.send(server.#answer(query), from.port, from.address));
    await new Promise<void>((resolve) => server.#socket.bind(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.#socket.close());
    return server;
  }

  resolver(): Resolver {
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([`127.0.0.1:${this.#socket.address().port}`]);
    return resolver;
  }

  #answer(query: Buffer): Buffer {
    const { kind, name } = questionOf(query);
    this.asked.push(`${kind} ${name}`);
    if (this.broken) return answerTo(query, REFUSED, undefined);
    const known = this.records.has(`A ${name}`) || this.records.has(`AAAA ${name}`);
    return answerTo(query, known ? NO_ERROR : NAME_ERROR, this.records.get(`${kind} ${name}`));
  }
}
