// The command line's door: `ts-ingress …`.
// In: arguments. Out: an exit code: 0, 1 on errors, 2 on wrong usage.
// Never: a decision; each command has a file in cli/.
import { CommanderError } from "commander";
import { Problem } from "./cli/problem.ts";
import { buildProgram, programArguments, WRONG_USAGE } from "./cli/program.ts";

// A reader that has seen enough (`ts-ingress check … | head`) is no error; `dev` goes on serving without its log.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

try {
  await buildProgram().parseAsync(programArguments(process.argv), { from: "user" });
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has printed its message already; code 0 is --help and --version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE;
  if (error instanceof Problem) {
    process.stderr.write(`error: ${error.message}. ${error.remedy}\n`);
    return 1;
  }
  process.stderr.write(
    `error: this is a defect of ts-ingress, please report it.\n${String((error as Error)?.stack ?? error)}\n`,
  );
  return 1;
}
