import { expect, test, vi } from "vitest";
import { parseFlags } from "../../bench/flags.ts";

const PEERS = ["ts-ingress", "nginx", "http-proxy"];

test("defaults", () => {
  expect(parseFlags([], PEERS)).toEqual({
    rounds: 5,
    duration: 4,
    connections: 64,
    peers: PEERS,
    output: "table",
    cpuProf: false,
  });
});

test("every flag", () => {
  const args = "--rounds 7 --duration 2 --connections 8 --peers nginx,ts-ingress -o json --save out.json --cpu-prof";
  expect(parseFlags(args.split(" "), PEERS)).toEqual({
    rounds: 7,
    duration: 2,
    connections: 8,
    peers: ["nginx", "ts-ingress"],
    output: "json",
    save: "out.json",
    cpuProf: true,
  });
});

test.each([["--rounds 0"], ["--duration 1.5"], ["--connections many"], ["--peers envoy"], ["-o xml"], ["extra"]])(
  "wrong usage: %s",
  (text) => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(() => parseFlags(text.split(" "), PEERS)).toThrow(expect.objectContaining({ exitCode: 1 }));
  },
);
