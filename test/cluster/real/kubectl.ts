import { spawn, type SpawnOptions } from "node:child_process";
import path from "node:path";
import { outcomeOf } from "../../support/outcome.ts";

/** An API server that has just started on a busy machine may need longer for its schema than the 32 seconds that are the default. */
const PATIENCE = "--request-timeout=150s";

/** kubectl, as somebody with a kubeconfig runs it. */
export class Kubectl {
  readonly #program: string;
  readonly #kubeconfig: string;
  readonly #home: string;

  /** @param home where it may keep what it learnt of the server */
  constructor(program: string, kubeconfig: string, home: string) {
    this.#program = program;
    this.#kubeconfig = kubeconfig;
    this.#home = home;
  }

  /** The same program with somebody else's credentials. */
  as(kubeconfig: string): Kubectl {
    return new Kubectl(this.#program, kubeconfig, this.#home);
  }

  /** @returns what it wrote to stdout @throws with what it complained of */
  run(...args: readonly string[]): Promise<string> {
    return this.#start(args, "");
  }

  /** `kubectl apply` of objects, or of a manifest's text. */
  apply(what: string | readonly object[], ...args: readonly string[]): Promise<string> {
    const text = typeof what === "string" ? what : JSON.stringify({ apiVersion: "v1", kind: "List", items: what });
    return this.#start(["apply", "--filename", "-", ...args], text);
  }

  /** The object, as JSON that was read. */
  async get<Kind>(...args: readonly string[]): Promise<Kind> {
    return JSON.parse(await this.run("get", ...args, "--output", "json")) as Kind;
  }

  /** Runs lines of a shell that name kubectl, below the folder's own programs. @throws at the first that fails */
  shell(lines: string, folder: string): Promise<string> {
    const places = [path.join(folder, "bin"), path.dirname(this.#program), process.env["PATH"]];
    const PATH = places.join(path.delimiter);
    // Of an editor: it changes nothing.
    const env = { PATH, KUBE_EDITOR: "true" };
    return this.#spawn("bash", ["-euo", "pipefail", "-c", lines], "", { cwd: folder, env });
  }

  #start(args: readonly string[], input: string): Promise<string> {
    return this.#spawn(this.#program, [PATIENCE, ...args], input, { env: { PATH: process.env["PATH"] } });
  }

  async #spawn(program: string, args: readonly string[], input: string, options: SpawnOptions): Promise<string> {
    const child = spawn(program, args, {
      ...options,
      env: { ...options.env, HOME: this.#home, KUBECONFIG: this.#kubeconfig },
      stdio: ["pipe", "pipe", "pipe"],
    });
    // It may have ended before it read everything.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const { code, stdout, stderr } = await outcomeOf(child);
    if (code === 0) return stdout;
    throw new Error(`${path.basename(program)} ${args.join(" ")} ended with ${code}: ${stderr.trim()}`);
  }
}
