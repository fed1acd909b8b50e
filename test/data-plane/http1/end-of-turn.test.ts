import { expect, test } from "vitest";
import { atEndOfTurn } from "../../../src/data-plane/http1/end-of-turn.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("everyone who asked in a turn writes at its end, in order", async () => {
  const written: string[] = [];
  for (const name of ["a", "b", "c"]) atEndOfTurn({ send: () => written.push(name) });
  await Promise.resolve();
  expect(written).toEqual([]);
  await turn();
  expect(written).toEqual(["a", "b", "c"]);
});

test("who asks while others write is not forgotten", async () => {
  const written: string[] = [];
  const second = { send: () => written.push("second") };
  atEndOfTurn({
    send: () => {
      written.push("first");
      atEndOfTurn(second);
    },
  });
  await turn();
  await turn();
  expect(written).toEqual(["first", "second"]);
});
