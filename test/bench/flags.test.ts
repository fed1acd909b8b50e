import { expect, test, vi } from "vitest";
import { parseFlags } from "../../bench/flags.ts";

const PEERS = ["ts-ingress", "nginx", "http-proxy"];
const SCENARIOS = ["get", "tls", "idle"];
const parse = (text: string) => parseFlags(text === "" ? [] : text.split(" "), PEERS, SCENARIOS);

test("defaults", () => {
  expect(parse("")).toEqual({
    rounds: 5,
    duration: 3,
    connections: 64,
    peers: PEERS,
    scenario: SCENARIOS,
    gates: false,
    readme: false,
    results: "bench/results",
    cpuProf: false,
  });
});

test("every flag", () => {
  const args =
    "--rounds 7 --duration 2 --connections 8 --peers nginx,ts-ingress --scenario tls,get --compare HEAD~3 --gates --readme --results out --cpu-prof";
  expect(parse(args)).toEqual({
    rounds: 7,
    duration: 2,
    connections: 8,
    peers: ["nginx", "ts-ingress"],
    scenario: ["tls", "get"],
    compare: "HEAD~3",
    gates: true,
    readme: true,
    results: "out",
    cpuProf: true,
  });
});

test.each([
  ["--rounds 0"],
  ["--duration 1.5"],
  ["--connections many"],
  ["--peers envoy"],
  ["--scenario all"],
  ["extra"],
])("wrong usage: %s", (text) => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  expect(() => parse(text)).toThrow(expect.objectContaining({ exitCode: 1 }));
});
