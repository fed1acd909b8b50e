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

  /** The ports that connections from there are made from, both inclusive. */
  limitPorts(first: number, last: number): void {
    ip("netns", "exec", this.name, "sh", "-c", `echo ${first} ${last} > /proc/sys/net/ipv4/ip_local_port_range`);
  }

  close(): void {
    ip("netns", "delete", this.name);
  }
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", [...args], { stdio: "pipe" });
}
