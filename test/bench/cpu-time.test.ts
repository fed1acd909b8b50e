import { expect, test } from "vitest";
import { parseStat, secondsOfTree } from "../../bench/cpu-time.ts";

const stat = (pid: number, name: string, parent: number, user: number, system: number): string =>
  `${pid} (${name}) S ${parent} ${pid} ${pid} 0 -1 4194560 251 0 3 0 ${user} ${system} 0 0 20 0 1 0 1000 11000000 900\n`;

test("user and system time are added, in seconds", () => {
  expect(parseStat(stat(42, "node", 7, 150, 75))).toEqual({ pid: 42, parent: 7, seconds: 2.25 });
});

test("a process may be named with spaces and parentheses", () => {
  expect(parseStat(stat(42, "nginx: a) b (c", 7, 100, 0))).toEqual({ pid: 42, parent: 7, seconds: 1 });
});

test("something else is refused", () => {
  expect(() => parseStat("12 (x) S")).toThrow("not a line");
});

test("a tree is a process and its descendants, nobody else's", () => {
  const processes = [
    stat(10, "nginx", 1, 100, 0),
    stat(11, "nginx", 10, 200, 0),
    stat(12, "nginx", 11, 300, 0),
    stat(13, "node", 1, 5_000, 0),
  ].map(parseStat);
  expect(secondsOfTree(10, processes)).toBe(6);
});
