import { Command, InvalidArgumentError, Option } from "commander";

export interface Flags {
  readonly rounds: number;
  /** Seconds. */
  readonly duration: number;
  readonly connections: number;
  readonly peers: readonly string[];
  readonly output: "table" | "json";
  readonly save?: string;
  readonly cpuProf: boolean;
}

/** @throws CommanderError for wrong usage, after it was explained on stderr; also for `--help`, with exit code 0. */
export function parseFlags(args: readonly string[], peers: readonly string[]): Flags {
  const command = new Command("bench")
    .description("Measures plain GET through ts-ingress and its peers: CPU per request, requests per second, latency.")
    .option("--rounds <n>", "rounds of each peer, interleaved; the median is printed", positive, 5)
    .option("--duration <seconds>", "length of a round", positive, 4)
    .option("--connections <n>", "connections kept busy", positive, 64)
    .option("--peers <names>", `of ${peers.join(", ")}`, (text) => known(text, peers), peers)
    .addOption(new Option("-o, --output <format>").choices(["table", "json"]).default("table"))
    .option("--save <file>", "also write what is printed to a file")
    .option("--cpu-prof", "instead, profile ts-ingress under this load and say where the profile is", false)
    .allowExcessArguments(false)
    .exitOverride();
  return command.parse(args, { from: "user" }).opts<Flags>();
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

function known(text: string, peers: readonly string[]): string[] {
  const names = text.split(",");
  const unknown = names.filter((name) => !peers.includes(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown.join(", ")}.`);
  return [...new Set(names)];
}
