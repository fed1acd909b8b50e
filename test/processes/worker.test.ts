import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { FromWorker, ToWorker } from "../../src/processes/messages.ts";
import { Worker } from "../../src/processes/worker.ts";
import { changesBetween } from "../../src/snapshot/changes.ts";
import { emptySnapshot, seal } from "../../src/snapshot/seal.ts";
import { upstream } from "../support/routes.ts";

/** A worker without a listener, what it says, and the code it ends with. */
function started(orphanTime = 0): { worker: Worker; said: FromWorker[]; code: Promise<number> } {
  const said: FromWorker[] = [];
  const code = Promise.withResolvers<number>();
  const worker = new Worker((message) => said.push(message), new PassThrough(), code.resolve);
  const start: ToWorker = {
    kind: "start",
    options: {},
    accessLog: null,
    meter: null,
    container: false,
    orphanTime,
    ticketKeys: Buffer.alloc(48),
    changes: changesBetween(null, emptySnapshot()),
  };
  worker.receive(start, undefined);
  return { worker, said, code: code.promise };
}

const one = seal({ ...emptySnapshot(), upstreams: [upstream("a", [1])] });
const two = seal({ ...emptySnapshot(), upstreams: [upstream("a", [1]), upstream("b", [1])] });

test("who misses a change asks for everything, and goes on from there", async () => {
  const { worker, said, code } = started();
  const changes = changesBetween(one, two);
  worker.receive({ kind: "snapshot", changes }, undefined);
  expect(said.at(-1)).toEqual({ kind: "whole" });
  worker.receive({ kind: "snapshot", changes: changesBetween(null, one) }, undefined);
  worker.receive({ kind: "snapshot", changes }, undefined);
  expect(said.at(-1)).toEqual({ kind: "applied", revision: two.revision });
  worker.receive({ kind: "drain", times: { grace: 0 } }, undefined);
  expect(await code).toBe(0);
});

test("a worker without a primary does not live for ever", async () => {
  const { worker, code } = started(1);
  worker.orphaned();
  expect(await code).toBe(0);
});

test("a worker tells once of errors that nobody caught, and serves on", async () => {
  const { worker, said, code } = started();
  worker.failed(new Error("first"));
  worker.failed("second");
  const told = said.filter(({ kind }) => kind === "unwell");
  expect(told).toMatchObject([{ why: expect.stringMatching(/^an error that nobody caught: Error: first\n/) }]);
  worker.receive({ kind: "snapshot", changes: changesBetween(emptySnapshot(), one) }, undefined);
  expect(said.at(-1)).toEqual({ kind: "applied", revision: one.revision });
  worker.receive({ kind: "drain", times: { grace: 0 } }, undefined);
  expect(await code).toBe(0);
});

test("one that has not begun ends with the error", async () => {
  const code = Promise.withResolvers<number>();
  new Worker(() => {}, new PassThrough(), code.resolve).failed(new Error("at once"));
  expect(await code.promise).toBe(1);
});
