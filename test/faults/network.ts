import { execFileSync } from "node:child_process";

let made = 0;

/** Whether this process may make networks. */
export function canMakeNetworks(): boolean {
  try {
    new Network().close();
    return true;
  } catch {
    return false;
  }
}

/** A network namespace joined to ours by a cable. Needs root and `ip`. */
export class Network {
  readonly name: string;
  /** Our end of the cable, and theirs. */
  readonly here: string;
  readonly there: string;

  constructor() {
    made += 1;
    this.name = `faults${process.pid % 100_000}n${made}`;
    const subnet = `10.203.${(process.pid + made) % 256}`;
    this.here = `${subnet}.1`;
    this.there = `${subnet}.2`;
    ip("netns", "add", this.name);
    try {
      // Names of interfaces have 15 characters at most.
      ip("link", "add", this.name, "type", "veth", "peer", "name", "far", "netns", this.name);
      ip("addr", "add", `${this.here}/24`, "dev", this.name);
      ip("link", "set", this.name, "up");
      for (const command of [`addr add ${this.there}/24 dev far`, "link set far up", "link set lo up"])
        ip("-n", this.name, ...command.split(" "));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** What a command has to begin with to be run there. */
  get inside(): readonly string[] {
    return ["ip", "netns", "exec", this.name];
  }

  /** Nothing passes any more, and nobody is told. */
  cut(): void {
    ip("link", "set", this.name, "down");
  }

  /**
   * From now on packets of these ports of theirs are lost by chance, each way.
   * @param share 0 to 1
   */
  lose(share: number, ports: readonly [number, number]): void {
    for (const [inside, device] of [
      [[], this.name],
      [this.inside, "far"],
    ] as const) {
      run([...inside, "tc", "qdisc", "replace", "dev", device, "clsact"]);
      run([...inside, "tc", "filter", "delete", "dev", device, "ingress"]);
      run([...inside, "tc", "filter", "add", "dev", device, "ingress", "bpf", "da", "bytecode", losing(share, ports)]);
    }
  }

  /** How fast octets come from there: "1mbit"; null: as fast as they can. */
  limitRate(rate: string | null): void {
    const shaped = ["tbf", "rate", rate ?? "", "burst", "16kb", "latency", "400ms"];
    run([
      ...this.inside,
      "tc",
      "qdisc",
      ...(rate === null ? ["delete", "dev", "far", "root"] : ["replace", "dev", "far", "root", ...shaped]),
    ]);
  }

  /** The ports that connections from there are made from, both inclusive. */
  limitPorts(first: number, last: number): void {
    ip("netns", "exec", this.name, "sh", "-c", `echo ${first} ${last} > /proc/sys/net/ipv4/ip_local_port_range`);
  }

  close(): void {
    ip("netns", "delete", this.name);
  }
}

function ip(...args: readonly string[]): void {
  run(["ip", ...args]);
}

function run([program = "", ...args]: readonly string[]): void {
  execFileSync(program, args, { stdio: "pipe" });
}

/** A program of classic BPF that lets all packets through but a share of those from or to two ports: what a kernel has that lacks netem. */
function losing(share: number, [one, other]: readonly [number, number]): string {
  const [loadHalf, loadWord, jumpIfEqual, jumpIfGreater, give] = [40, 32, 21, 37, 6];
  const [from, to, random] = [34, 36, 0xfffff000 + 56];
  const [through, drop] = [0, 2];
  const steps = [
    [loadHalf, 0, 0, from],
    [jumpIfEqual, 5, 0, one],
    [jumpIfEqual, 4, 0, other],
    [loadHalf, 0, 0, to],
    [jumpIfEqual, 2, 0, one],
    [jumpIfEqual, 1, 0, other],
    [give, 0, 0, through],
    [loadWord, 0, 0, random],
    [jumpIfGreater, 0, 1, Math.round(share * 0xffffffff)],
    [give, 0, 0, through],
    [give, 0, 0, drop],
  ];
  return `${steps.length},${steps.map((step) => step.join(" ")).join(",")}`;
}
