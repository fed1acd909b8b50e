import { Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { accessLogSettings, addLogFlags, type LogFlags, messageFormat } from "../../src/cli/log-flags.ts";

function flagsOf(...args: readonly string[]): LogFlags {
  const command = addLogFlags(new Command("dev"), "pretty")
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: "user" }).opts<LogFlags>();
}

test("messages are JSON where requests are, and nowhere else", () => {
  const formats = ["pretty", "json", "nginx", "common"].map((format) =>
    messageFormat(flagsOf(`--log-format=${format}`)),
  );
  expect(formats).toEqual(["pretty", "json", "pretty", "pretty"]);
});

test("a format of one's own is escaped as asked", () => {
  expect(accessLogSettings(flagsOf("--log-format=nginx"), true)).toEqual({ format: "nginx", colours: true });
  const flags = flagsOf("--log-format-upstream=$status", "--log-format-escape-json");
  expect(accessLogSettings(flags, false).custom).toEqual({ format: "$status", escape: "json" });
  expect(accessLogSettings(flagsOf("--log-format-upstream=$status"), false).custom?.escape).toBe("default");
});

test("an unknown variable is told at the start, with those there are", () => {
  expect(() => flagsOf("--log-format-upstream=$nonsense")).toThrow(
    /there is no variable \$nonsense; there are \$arg_NAME/,
  );
  expect(() => flagsOf("--log-format=apache")).toThrow(CommanderError);
});
