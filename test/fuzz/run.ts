// `npm run fuzz -- [codec|chaos] …`: exits 1 when anything went wrong. Without a word it runs both, one after the other.
import { parseArgs } from "node:util";

const USAGE = `npm run fuzz -- [codec|chaos] [options]
  codec  mutated octets into the HTTP/1 codec, guided by the code they reach; no sockets, the same seed gives the same inputs
  chaos  random clients and a random upstream around a running data plane; the same seed makes the same choices, not the same timing
  --seconds N    how long each runs (60)
  --seed N       where its choices begin (random)
  --corpus DIR   codec: further inputs to begin with, and where inputs that reach new code are kept
  --failures DIR codec: where an input that fails is written, as small as it can be made (fuzz-failures)
  --input FILE   codec: runs this one input; the name of the file begins with its kind
  --uncovered    codec: lists the lines of the codec that no input has reached`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string" },
    seconds: { type: "string", default: "60" },
    corpus: { type: "string" },
    failures: { type: "string", default: "fuzz-failures" },
    input: { type: "string" },
    uncovered: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const seconds = Number(values.seconds);
const [what = "both"] = positionals;
if (values.help || !["codec", "chaos", "both"].includes(what) || !(seconds > 0) || !Number.isInteger(seed)) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

const problems: string[] = [];
for (const event of ["uncaughtException", "unhandledRejection", "warning"])
  process.on(event, (error: Error) => problems.push(`${event}: ${error.stack ?? String(error)}`));

const { corpus = null, failures, uncovered } = values;
// Loaded when needed: to ask for coverage costs the more, the more code is loaded.
if (what !== "chaos" || values.input !== undefined) {
  const { replay, runCodec } = await import("./codec/run-codec.ts");
  if (values.input !== undefined) problems.push(...(await replay(values.input)));
  else problems.push(...(await runCodec({ seed, seconds, corpus, failures, uncovered })));
}
if (what !== "codec" && values.input === undefined) {
  const { runChaos } = await import("./chaos/run-chaos.ts");
  problems.push(...(await runChaos(seed, seconds)));
}
for (const text of problems) console.log(text);
if (problems.length > 0) process.exitCode = 1;
