import { closeSync, openSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ContainerMemory, foldersOf, reclaimable } from "../src/container-memory.ts";

test.each([
  ["version 2", "0::/kubepods/pod1/abc\n", ["/sys/fs/cgroup/kubepods/pod1/abc", "/sys/fs/cgroup"]],
  ["version 2, from within", "0::/\n", ["/sys/fs/cgroup/", "/sys/fs/cgroup"]],
  [
    "version 1",
    "12:cpu,cpuacct:/a\n9:hugetlb,memory:/docker/abc\n0::/\n",
    ["/sys/fs/cgroup/memory/docker/abc", "/sys/fs/cgroup/memory"],
  ],
  ["version 1 without memory", "1:cpu:/a\n", []],
  ["nothing", "", []],
])("where the files of a control group are: %s", (_what, groups, folders) => {
  expect(foldersOf(groups)).toEqual(folders);
});

test.each([
  ["version 2", "anon 1000\nfile 900\nfile_mapped 100\ninactive_file 500\nactive_file 300\nslab_reclaimable 40\n", 740],
  [
    "version 1",
    "cache 9\nmapped_file 1\ninactive_file 2\nactive_file 3\ntotal_mapped_file 100\ntotal_inactive_file 500\ntotal_active_file 300\n",
    700,
  ],
  ["pages that are mapped and not of files", "file_mapped 100\ninactive_file 5\nactive_file 3\n", 0],
  ["nothing", "", 0],
])("what the kernel can take back: %s", (_what, statistics, bytes) => {
  expect(reclaimable(statistics)).toBe(bytes);
});

test("the share is of what is left when that is taken back, and read anew each time", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-memory-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "memory.stat");
  writeFileSync(file, "inactive_file 0\n");
  const memory = new ContainerMemory(openSync(file, "r"));
  expect(memory.share(1_000, 200)).toBe(0.8);
  writeFileSync(file, "inactive_file 300\n");
  expect(memory.share(1_000, 200)).toBe(0.5);
  writeFileSync(file, "inactive_file 900\n");
  expect(memory.share(1_000, 200)).toBe(0);
  const { file: descriptor } = memory;
  memory.close();
  expect(() => closeSync(descriptor)).toThrow();
  // What cannot be read is taken to be in use.
  expect(memory.share(1_000, 200)).toBe(0.8);
});
