import { closeSync, openSync, readFileSync } from "node:fs";
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fileSink } from "../../src/telemetry/file-sink.ts";
import { temporaryFolder } from "../cli/run-cli.ts";

function opened(file: string, flags: string): number {
  const fd = openSync(file, flags);
  onTestFinished(() => closeSync(fd));
  return fd;
}

test("a file gets every piece, in order", async () => {
  const file = path.join(await temporaryFolder(), "log");
  const sink = fileSink(opened(file, "w"));
  expect([sink.write("one\n"), sink.write("ä\n")]).toEqual([true, true]);
  expect(readFileSync(file, "utf8")).toBe("one\nä\n");
});

test.skipIf(!existsSync("/dev/full"))("a disk that is full refuses each piece, and throws nothing", () => {
  const sink = fileSink(opened("/dev/full", "w"));
  expect([sink.write("one\n"), sink.write("two\n")]).toEqual([false, false]);
});
