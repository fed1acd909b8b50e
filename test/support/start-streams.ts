import { createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { DataPlane, type DataPlaneOptions } from "../../src/data-plane/data-plane.ts";
import type { StreamRecord } from "../../src/data-plane/streams/stream-record.ts";
import { seal } from "../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../src/snapshot/snapshot.ts";
import type { StreamService } from "../../src/snapshot/stream-service.ts";
import type { Upstream } from "../../src/snapshot/upstream.ts";
import { socketServer } from "./socket-server.ts";
import { Waiting } from "./waiting.ts";

interface Listening {
  readonly port: number;
}

/** One service in code, on any free port. */
export interface StreamSketch {
  readonly protocol?: "tcp" | "udp";
  /** 0, any free one, unless given. */
  readonly port?: number;
  /** The endpoints, all on 127.0.0.1. */
  readonly to: readonly Listening[];
  readonly proxyProtocol?: StreamService["proxyProtocol"];
}

export interface StreamGateway {
  readonly dataPlane: DataPlane;
  /** Where `options` ask for a listener. */
  readonly http: number;
  /** The port of a service ("tcp 0"), which must be open. */
  port(name: string): number;
  readonly finished: readonly StreamRecord[];
  finishedCount(count: number): Promise<StreamRecord>;
  readonly problems: readonly string[];
  problemCount(count: number): Promise<string>;
  apply(...streams: readonly StreamSketch[]): void;
}

/** Starts a data plane with stream services on loopback; closed when the test is over. */
export async function startStreams(
  streams: readonly StreamSketch[],
  options: Partial<DataPlaneOptions> = {},
): Promise<StreamGateway> {
  const finished: StreamRecord[] = [];
  const problems: string[] = [];
  const waiting = new Waiting();
  const dataPlane = new DataPlane({
    ...options,
    streams: { host: "127.0.0.1" },
    onStreamFinished: (record) => {
      finished.push(record);
      waiting.changed();
    },
    onProblem: (message) => {
      problems.push(message);
      waiting.changed();
    },
  });
  dataPlane.apply(snapshotOfStreams(streams));
  const { http } = await dataPlane.listen();
  onTestFinished(() => {
    waiting.over(() => `the gateway was closed; finished: ${finished.length}, problems: ${problems.join("; ")}`);
    dataPlane.close();
  });
  return {
    dataPlane,
    http: http ?? 0,
    port: (name) => dataPlane.streamStatus().find(({ stream }) => stream === name)?.port ?? 0,
    finished,
    problems,
    async finishedCount(count) {
      await waiting.until(`${count} finished streams`, () => finished.length >= count);
      return finished[count - 1] as StreamRecord;
    },
    async problemCount(count) {
      await waiting.until(`${count} problems`, () => problems.length >= count);
      return problems[count - 1] as string;
    },
    apply: (...next) => dataPlane.apply(snapshotOfStreams(next)),
  };
}

export function snapshotOfStreams(sketches: readonly StreamSketch[]): RoutingSnapshot {
  const streams: StreamService[] = [];
  const upstreams: Upstream[] = [];
  for (const { protocol = "tcp", port = 0, to, proxyProtocol } of sketches) {
    const name = `${protocol} ${port}`;
    upstreams.push({
      name: `shop/${name}`,
      origin: { kind: "Service", namespace: "shop", name },
      protocol,
      addressing: { kind: "endpoints", endpoints: to.map((one) => ({ address: "127.0.0.1", port: one.port })) },
      balancing: { kind: "round-robin" },
    });
    streams.push({
      name,
      origin: { kind: "ConfigMap", namespace: "shop", name: `${protocol}-services` },
      protocol,
      port,
      upstream: `shop/${name}`,
      ...(proxyProtocol === undefined ? {} : { proxyProtocol }),
    });
  }
  return seal({ virtualHosts: [], upstreams, certificates: [], streams });
}

/** A TCP server on loopback, half-open sockets allowed; closed with its connections when the test is over. */
export function tcpUpstream(serve: (socket: Socket) => void): Promise<Listening & { close(): void }> {
  return socketServer((accept) => createServer({ allowHalfOpen: true }, accept), serve);
}
