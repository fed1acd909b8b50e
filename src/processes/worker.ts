import type { Writable } from "node:stream";
import { DataPlane, type DataPlaneOptions } from "../data-plane/data-plane.ts";
import type { SocketHandle } from "../data-plane/streams/handed-sockets.ts";
import type { ListenAddress } from "../data-plane/listeners/listeners.ts";
import { applyChanges, type SnapshotChanges } from "../snapshot/changes.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { type AccessLogSettings, droppedLine } from "../telemetry/access-line.ts";
import { LiveAccessLog } from "../telemetry/live-access-log.ts";
import { DataMeter } from "../telemetry/metrics/data-meter.ts";
import { measuredBy } from "../telemetry/metrics/measured-by.ts";
import { LineWriter } from "../telemetry/line-writer.ts";
import { tracedBy } from "../telemetry/tracing/traced-by.ts";
import { Tracer } from "../telemetry/tracing/tracer.ts";
import { streamSink } from "../telemetry/stream-sink.ts";
import { ContainerMemory } from "../container-memory.ts";
import { AskedCertificates } from "./asked-certificates.ts";
import { BEATS_TO_MEASURE, type FromWorker, type ListenerName, type SystemFailure, type ToWorker } from "./messages.ts";

type Start = Extract<ToWorker, { kind: "start" }>;

/** After those of the system and the one of messages; see `WorkerLaunch.container`. */
const CONTAINER_FILE = 4;
/** Milliseconds that open exchanges get when the primary has been gone for too long. */
const ORPHAN_GRACE = 10_000;

/** A data plane in a process of its own, as the messages of the primary steer it. */
export class Worker {
  readonly #send: (message: FromWorker) => void;
  readonly #stdout: Writable;
  readonly #exit: (code: number) => void;
  readonly #addresses = new Map<ListenerName, ListenAddress>();
  /** Sockets of TCP and UDP services that came before there was somebody to take them. */
  readonly #streams = new Map<string, SocketHandle>();
  readonly #certificates: AskedCertificates;
  #lines: LineWriter | null = null;
  #accessLog: LiveAccessLog | null = null;
  #plane: DataPlane | null = null;
  #snapshot: RoutingSnapshot | null = null;
  #orphanTime = 0;
  #isUnwell = false;
  #meter: DataMeter | null = null;
  #tracer: Tracer | null = null;
  #beats = 0;

  constructor(send: (message: FromWorker) => void, stdout: Writable, exit: (code: number) => void) {
    this.#send = send;
    this.#stdout = stdout;
    this.#exit = exit;
    this.#certificates = new AskedCertificates((ask, serverName) => send({ kind: "certificate", ask, serverName }));
  }

  receive(message: ToWorker, handle: object | undefined): void {
    switch (message.kind) {
      case "listen":
        if (handle !== undefined)
          this.#addresses.set(message.listener, { host: message.host, port: message.port, handle });
        break;
      case "stream":
        if (handle !== undefined) this.#takeStream(message.stream, handle as SocketHandle);
        break;
      case "start":
        void this.#start(message);
        break;
      case "snapshot":
        this.#change(message.changes);
        break;
      case "certificate":
        this.#certificates.answered(message.ask, message.answer);
        break;
      case "ticket-keys":
        this.#plane?.useTicketKeys(message.keys);
        break;
      case "status":
        this.#send({ kind: "status", ask: message.ask, upstreams: this.#plane?.upstreamStatus() ?? [] });
        break;
      case "measure":
        this.#measure(message.ask);
        break;
      case "drain":
        void this.#plane?.drain(message.times).then(() => this.#end(0));
    }
  }

  /**
   * An error that nobody caught: what it left half done is unknown, but the requests under way have no part in it. They are served on until
   * another worker has taken this one's place.
   */
  failed(error: unknown): void {
    if (this.#plane === null) return this.#exit(1);
    this.#unwell(
      `an error that nobody caught: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }

  beat(): void {
    this.#send({ kind: "beat", connections: this.#plane?.connectionCount ?? 0 });
    this.#beats += 1;
    if (this.#beats % BEATS_TO_MEASURE === 0) this.#measure(0);
  }

  /**
   * The primary is gone. Serving goes on by the last snapshot for a while, since somebody may be about to start a new one, but not for ever:
   * a port must not stay in the hands of processes that nobody watches.
   */
  orphaned(): void {
    this.#certificates.close();
    if (this.#plane === null) return this.#exit(0);
    const leave = (): void => void this.#plane?.drain({ grace: ORPHAN_GRACE }).then(() => this.#end(0));
    setTimeout(leave, this.#orphanTime);
  }

  async #start({ options, accessLog, meter, container, orphanTime, ticketKeys, changes }: Start): Promise<void> {
    try {
      this.#orphanTime = orphanTime;
      this.#meter = meter === null ? null : new DataMeter(meter);
      const { tracing, ...settings } = options;
      const onProblem = (message: string): void => this.#send({ kind: "problem", message });
      this.#tracer = tracing === undefined ? null : new Tracer(tracing, onProblem);
      const listeners = tracedBy(this.#tracer, accessLog === null ? {} : this.#log(accessLog));
      const memory = container ? new ContainerMemory(CONTAINER_FILE) : null;
      const plane = new DataPlane({
        ...settings,
        ...(memory === null ? {} : { containerMemory: () => memory.share() }),
        ...Object.fromEntries(this.#addresses),
        defaultCertificate: (serverName) => this.#certificates.ask(serverName),
        onProblem,
        onExhausted: (why) => this.#unwell(why),
        onHealthChange: (change) => this.#send({ kind: "health", change }),
        ...measuredBy(this.#meter, listeners),
      });
      this.#meter?.watch(plane);
      const snapshot = applyChanges(null, changes);
      if (snapshot === null) throw new Error("the first snapshot does not fit its revision");
      this.#apply(plane, snapshot);
      plane.useTicketKeys(ticketKeys);
      this.#snapshot = snapshot;
      this.#plane = plane;
      for (const [stream, handle] of this.#streams) plane.takeStream(stream, handle);
      this.#send({ kind: "applied", revision: snapshot.revision });
      await plane.listen();
      this.#send({ kind: "serving" });
    } catch (error) {
      this.#send({ kind: "failed", reason: reason(error), ...systemFailure(error) });
      this.#end(1);
    }
  }

  #unwell(why: string): void {
    if (this.#isUnwell) return;
    this.#isUnwell = true;
    this.#send({ kind: "unwell", why });
  }

  #apply(plane: DataPlane, snapshot: RoutingSnapshot): void {
    if (this.#meter === null) plane.apply(snapshot);
    else this.#meter.applying(() => plane.apply(snapshot));
    this.#accessLog?.apply(snapshot);
  }

  #takeStream(stream: string, handle: SocketHandle): void {
    if (this.#plane === null) this.#streams.set(stream, handle);
    else this.#plane.takeStream(stream, handle);
  }

  #log(settings: AccessLogSettings): Pick<DataPlaneOptions, "onFinished" | "onStreamFinished"> {
    const lines = new LineWriter(streamSink(this.#stdout), (count) => droppedLine(settings.format, count));
    const log = new LiveAccessLog(settings);
    this.#lines = lines;
    this.#accessLog = log;
    const write = (line: string | null): void => {
      if (line !== null) lines.write(line);
    };
    return {
      onFinished: (exchange) => write(log.line(exchange)),
      onStreamFinished: (record) => write(log.lineOfStream(record)),
    };
  }

  #change(changes: SnapshotChanges): void {
    if (this.#plane === null) return;
    const next = applyChanges(this.#snapshot, changes);
    if (next === null) return this.#send({ kind: "whole" });
    // Refused or not, this is what the next changes begin at.
    this.#snapshot = next;
    try {
      this.#apply(this.#plane, next);
      this.#send({ kind: "applied", revision: next.revision });
    } catch (error) {
      this.#send({ kind: "refused", revision: next.revision, reason: reason(error) });
    }
  }

  /** Tells what was counted. What can be told nobody any more is lost. */
  #measure(ask: number): void {
    if (this.#meter === null) return;
    this.#send({ kind: "measured", ask, measured: this.#meter.take(this.#lines?.dropped) });
  }

  /** Ends the process when the last lines are written and the last spans sent, or cannot be. */
  #end(code: number): void {
    this.#measure(0);
    this.#lines?.close();
    setTimeout(() => this.#exit(code), LAST_LINES);
    const sent = this.#tracer?.close() ?? Promise.resolve();
    this.#stdout.write("", () => void sent.finally(() => this.#exit(code)));
  }
}

/** Milliseconds that the reader of the access log has for the last lines. */
const LAST_LINES = 1000;

/** What is left of an error's fields in a message is what is named here. */
function systemFailure(error: unknown): { readonly system?: SystemFailure } {
  const { code, syscall, address, port } = error as Partial<SystemFailure>;
  return syscall === undefined ? {} : { system: { code, syscall, address, port } };
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
