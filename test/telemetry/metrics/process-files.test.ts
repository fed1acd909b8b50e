import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { processFiles } from "../../../src/telemetry/metrics/process-files.ts";

test("what Linux says of a process is read", async () => {
  const root = await mkdtemp(path.join(tmpdir(), "proc-"));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(path.join(root, "7", "fd"), { recursive: true });
  for (const name of ["0", "1", "2"]) await writeFile(path.join(root, "7", "fd", name), "");
  await writeFile(path.join(root, "7", "status"), "Name:\tnode\nVmPeak:\t 9 kB\nVmSize:\t    2048 kB\n");
  await writeFile(
    path.join(root, "7", "io"),
    "rchar: 5\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 1\n",
  );
  expect(await processFiles(7, root)).toEqual({
    openFiles: 3,
    virtualBytes: 2048 * 1024,
    readBytes: 4096,
    writtenBytes: 8192,
  });
});

test("where there is nothing to read, nothing is said", async () => {
  expect(await processFiles(8, "/nowhere")).toBeNull();
});
