import { Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import {
  addFrontFlags,
  type FrontFlags,
  frontOptions,
  frontWarnings,
  mustSendHeader,
} from "../../src/cli/front-flags.ts";

function flagsOf(...args: readonly string[]): FrontFlags {
  const command = addFrontFlags(new Command("dev"))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: "user" }).opts<FrontFlags>();
}

test("nobody is believed, and nothing said, where nothing was asked for", () => {
  expect(frontOptions(flagsOf())).toEqual({});
  expect(frontWarnings(flagsOf())).toEqual([]);
});

test("each flag reaches the data plane, as plain data", () => {
  const flags = flagsOf(
    "--use-proxy-protocol",
    "--use-forwarded-headers",
    "--compute-full-forwarded-for",
    "--forwarded-for-header=CF-Connecting-IP",
    "--proxy-real-ip-cidr=10.0.0.0/8, 192.0.2.7",
    "--proxy-real-ip-cidr=2001:db8::/32",
  );
  expect(frontOptions(flags)).toEqual({
    proxyProtocol: true,
    forwardedHeaders: { field: "CF-Connecting-IP", full: true },
    trustedRanges: ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"],
  });
  expect(frontWarnings(flags)).toEqual([]);
});

test.each([
  [["--use-proxy-protocol"]],
  [["--use-forwarded-headers"]],
  [["--use-forwarded-headers", "--proxy-real-ip-cidr", "10.0.0.0/8,::/0"]],
])("who believes everybody is warned: %j", (args) => {
  expect(frontWarnings(flagsOf(...args))).toEqual([expect.stringContaining("--proxy-real-ip-cidr is everybody")]);
});

test.each([
  ["--compute-full-forwarded-for", ["--compute-full-forwarded-for"]],
  ["--forwarded-for-header", ["--forwarded-for-header", "CF-Connecting-IP", "--use-proxy-protocol"]],
])("%s alone has no effect, and that is said", (flag, args) => {
  expect(frontWarnings(flagsOf(...args, "--proxy-real-ip-cidr", "10.0.0.0/8"))).toEqual([
    `${flag} has no effect without --use-forwarded-headers`,
  ]);
});

test.each([
  ["--proxy-real-ip-cidr", "10.0.0.0/33"],
  ["--proxy-real-ip-cidr", "10.0.0.0/8,"],
  ["--proxy-real-ip-cidr", "everybody"],
  ["--forwarded-for-header", "X Forwarded For"],
  ["--forwarded-for-header", ""],
])("%s %j is refused", (flag, value) => {
  expect(() => flagsOf(flag, value)).toThrow(CommanderError);
});

test("curl lines send a header where one is asked for from this machine", () => {
  expect(mustSendHeader(flagsOf())("127.0.0.1")).toBe(false);
  expect(mustSendHeader(flagsOf("--use-proxy-protocol"))("127.0.0.1")).toBe(true);
  expect(mustSendHeader(flagsOf("--use-proxy-protocol"))("::1")).toBe(true);
  expect(mustSendHeader(flagsOf("--use-proxy-protocol", "--proxy-real-ip-cidr", "10.0.0.0/8"))("127.0.0.1")).toBe(
    false,
  );
});
