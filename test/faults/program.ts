import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { type Finding, finding } from "./bed.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;
const ANY_PORTS = ["http", "https", "admin"].flatMap((name) => [`--${name}-port`, "0"]);

/** Milliseconds that its admin server and its metrics have. */
const PATIENCE = 30_000;

/** What all processes of a program use at a moment. */
export interface Use {
  readonly files: number;
  /** Bytes. */
  readonly memory: number;
  /** Seconds of processor used so far. */
  readonly cpu: number;
  readonly processes: number;
}

export interface ProgramOptions {
  readonly stdout?: "ignore" | "pipe" | number;
  /** What the command begins with. */
  readonly inside?: readonly string[];
  /** How many files it may have open. */
  readonly files?: number;
  /** Flags of Node. */
  readonly node?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** `ts-ingress`, as a process of its own, with its messages as JSON. */
export class Program {
  readonly child: ChildProcess;
  http = 0;
  https = 0;
  health = 0;
  admin = 0;
  /** What it wrote to standard error. */
  said = "";
  #ended = false;
  readonly #exit: Promise<string>;

  /** Resolves when it serves. @param args the command, and its flags besides those of ports and the log */
  static async start(args: readonly string[], options: ProgramOptions = {}): Promise<Program> {
    const program = new Program(args, options);
    try {
      await program.#serving();
      return program;
    } catch (error) {
      await program.kill();
      throw error;
    }
  }

  constructor(
    [command = "", ...args]: readonly string[],
    { stdout = "ignore", inside = [], files, node = [], environment = {} }: ProgramOptions,
  ) {
    const healthPort = command === "controller" ? "--healthz-port" : "--health-port";
    const flags = [command, ...ANY_PORTS, healthPort, "0", "--log-format", "json", ...args];
    const limit = files === undefined ? "" : `ulimit -n ${files}; `;
    const shell = ["sh", "-c", `${limit}exec "$@"`, "sh", process.execPath, ...node, MAIN, ...flags];
    const [program = "", ...rest] = [...inside, ...shell];
    const stdio: StdioOptions = ["ignore", stdout, "pipe"];
    this.child = spawn(program, rest, {
      stdio,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...environment },
    });
    this.child.stderr?.setEncoding("utf8").on("data", (piece: string) => (this.said += piece));
    this.#exit = once(this.child, "exit").then(([code, signal]) => {
      this.#ended = true;
      return String(signal ?? code);
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The process ids of its workers. */
  get workers(): number[] {
    return readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  }

  /** Of all processes. */
  use(): Use {
    const pids = [this.pid, ...this.workers];
    const status = pids.map((pid) => readFileSync(`/proc/${pid}/status`, "utf8"));
    const times = pids.map((pid) => (readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1] ?? "").split(" "));
    return {
      files: pids.reduce((sum, pid) => sum + readdirSync(`/proc/${pid}/fd`).length, 0),
      memory: status.reduce((sum, text) => sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(text)?.[1] ?? 0), 0),
      cpu: times.reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) / 100, 0),
      processes: pids.length,
    };
  }

  /** A status of the health port; 0 where it does not answer within a second. */
  async probe(path: string, patience = 1_000): Promise<number> {
    return (await ask(this.health, path, patience)).status;
  }

  /** The sum of all series of a metric. */
  async metric(name: string): Promise<number> {
    const { text } = await ask(this.health, "/metrics", PATIENCE);
    const values = text.split("\n").filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
  }

  /** What its admin server says. */
  async asked<Answer>(path: string): Promise<Answer> {
    return JSON.parse((await ask(this.admin, path, PATIENCE)).text) as Answer;
  }

  /** Requests that upstreams work on. */
  async active(): Promise<number> {
    const upstreams = await this.asked<{ endpoints: { active: number }[] }[]>("/upstreams");
    return upstreams.flatMap(({ endpoints }) => endpoints).reduce((sum, endpoint) => sum + endpoint.active, 0);
  }

  /** Waits until it has said this. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.said);
      if (found !== null) return found;
      if (this.#ended) throw new Error(`it ended before it said ${pattern}: ${this.said}`);
      await delay(20);
    }
  }

  /** What must hold of it after every fault; `before` was its use at rest. */
  async quiescence(before: Use): Promise<Finding[]> {
    const end = performance.now() + 30_000;
    const connections = (): Promise<number> => this.metric("ts_ingress_connections");
    while (((await connections()) > 0 || (await this.active()) > 0) && performance.now() < end) await delay(250);
    // Connections to upstreams that are kept are no leak.
    const idle = await this.metric("ts_ingress_upstream_connections");
    const now = this.use();
    const grown = now.memory - before.memory;
    const caught = /defect of ts-ingress|nobody caught|Unhandled|uncaught/.exec(this.said)?.[0];
    return [
      finding("connections of clients", await connections(), 0),
      finding("requests under way", await this.active(), 0),
      finding("files more than before", now.files - idle - before.files, 12),
      {
        what: "resident memory",
        figure: `${(grown / 1e6).toFixed(1)} MB more`,
        holds: grown <= before.memory / 10 + 96e6 * now.processes,
      },
      { what: "errors nobody caught", figure: caught ?? "none", holds: caught === undefined },
      {
        what: "is ready",
        figure: String(await this.probe("/readyz", 5_000)),
        holds: (await this.probe("/readyz", 5_000)) === 200,
      },
    ];
  }

  /** Asks it to end. @returns its exit code, or the signal */
  end(): Promise<string> {
    this.child.kill("SIGTERM");
    return this.#exit;
  }

  async kill(): Promise<void> {
    const workers = this.#ended ? [] : this.workers;
    this.child.kill("SIGKILL");
    for (const pid of workers) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    await this.#exit;
  }

  async #serving(): Promise<void> {
    const [line] = await this.until(/^\{.*"message":"serving.*"health":\d+.*\}$/m);
    const { http, https, health, admin } = JSON.parse(line) as Record<"http" | "https" | "health" | "admin", number>;
    Object.assign(this, { http, https, health, admin });
  }
}

/** Asks on a connection of its own. @returns status 0 where no whole answer comes in time */
function ask(port: number, path: string, patience: number): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false, timeout: patience }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", () => resolve({ status: 0, text: "" }));
    });
    const late = setTimeout(() => asked.destroy(new Error("too late")), patience);
    asked.on("close", () => clearTimeout(late));
    asked.on("error", () => resolve({ status: 0, text: "" }));
    asked.end();
  });
}
