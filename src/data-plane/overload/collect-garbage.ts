import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

type Collect = (options: {
  readonly type: "major";
  readonly execution: "sync";
  readonly flavor: "last-resort";
}) => void;

let collect: Collect | null = null;

/**
 * Has V8 collect what nobody needs any more, and give the pages back. By itself it does so when it wants to allocate, and who refuses requests
 * allocates little: what an overload made a heap take would be kept, and with it the reason to refuse.
 */
export function collectGarbage(): void {
  collect ??= exposed();
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
}

/** Node gives it to no program that was started without `--expose-gc`, but to each context that is made after the flag was set. */
function exposed(): Collect {
  setFlagsFromString("--expose-gc");
  const found = runInNewContext("gc") as Collect;
  setFlagsFromString("--no-expose-gc");
  return found;
}
