/** What ends a command with exit code 1: said in one line with its remedy, without a stack. Anything else thrown is a defect of ours. */
export class Problem extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.remedy = remedy;
  }
}

/** True for errors of the operating system ("EADDRINUSE", "EACCES"), which carry a code. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).code === "string";
}
