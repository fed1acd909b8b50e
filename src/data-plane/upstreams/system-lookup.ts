import { ADDRCONFIG } from "node:dns";
import { lookup } from "node:dns/promises";

type Addresses = readonly { readonly address: string }[];
type Lookup = (name: string) => Promise<Addresses>;

/**
 * Node has four threads for whatever blocks. One that waits for a silent name server waits for many seconds, and compressing bodies needs
 * them too: so names never take more than two.
 */
const AT_ONCE = 2;

/** Looks names up one after another, a few at a time, so that others find threads free. */
export function fewAtOnce(look: Lookup, most = AT_ONCE): Lookup {
  let running = 0;
  const waiting: (() => void)[] = [];
  const done = (): void => {
    running -= 1;
    waiting.shift()?.();
  };
  return (name) =>
    new Promise((resolve) => {
      const begin = (): void => {
        running += 1;
        resolve(look(name).finally(done));
      };
      if (running < most) begin();
      else waiting.push(begin);
    });
}

/** By whatever the system knows: hosts files, search domains. Of the whole process. */
export const systemLookup: Lookup = fewAtOnce((name) => lookup(name, { all: true, hints: ADDRCONFIG }));
