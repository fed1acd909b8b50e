import { Command, InvalidArgumentError } from "commander";

export interface Flags {
  readonly rounds: number;
  /** Seconds. */
  readonly duration: number;
  readonly connections: number;
  readonly peers: readonly string[];
  readonly scenario: readonly string[];
  readonly gates: boolean;
  readonly readme: boolean;
  readonly compare?: string;
  readonly cpuProf: boolean;
  readonly results: string;
}

/** @throws CommanderError for wrong usage, after it was explained on stderr; also for `--help`, with exit code 0. */
export function parseFlags(args: readonly string[], peers: readonly string[], scenarios: readonly string[]): Flags {
  const command = new Command("bench")
    .description(
      "Measures what work costs ts-ingress and its peers: processor time for each request, handshake, MiB or message, and memory.",
    )
    .option("--scenario <names>", `of ${scenarios.join(", ")}`, (text) => known(text, scenarios), scenarios)
    .option("--peers <names>", `of ${peers.join(", ")}`, (text) => known(text, peers), peers)
    .option("--rounds <n>", "rounds of each peer, interleaved; the median is printed", positive, 5)
    .option("--duration <seconds>", "length of a round", positive, 3)
    .option("--connections <n>", "connections kept busy", positive, 64)
    .option("--compare <revision>", "measures this checkout beside another revision of it, and nobody else")
    .option("--gates", "exit with 1 where a gate does not hold, or was not measured", false)
    .option("--readme", "also put the result into README.md", false)
    .option("--results <folder>", "where latest.json, latest.md and chart.svg are written", "bench/results")
    .option("--cpu-prof", "instead, profile ts-ingress at the first scenario and say where the profile is", false)
    .allowExcessArguments(false)
    .exitOverride();
  return command.parse(args, { from: "user" }).opts<Flags>();
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number from 1.");
  return value;
}

function known(text: string, all: readonly string[]): string[] {
  const names = text.split(",");
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown.join(", ")}.`);
  return [...new Set(names)];
}
