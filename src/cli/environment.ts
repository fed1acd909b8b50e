import { InvalidArgumentError, type Command, type Option } from "commander";
import { settingOf, variableOf, type Environment } from "../settings.ts";

/**
 * Gives each flag that is not on the command line the value of its environment variable. Repeatable flags take several values with
 * commas between them. (Commander's own support reads the environment itself, and takes "false" for a set switch.)
 */
export function applyEnvironment(command: Command, environment?: Environment): void {
  for (const option of command.options) {
    const flag = option.long?.replace(/^--/, "");
    if (flag === undefined || option.negate || command.getOptionValueSource(option.attributeName()) === "cli") continue;
    const text = settingOf(flag, environment);
    if (text === undefined) continue;
    const value =
      option.required || option.optional
        ? argument(command, option, option.required ? text : String(switchValue(command, flag, text)))
        : switchValue(command, flag, text);
    command.setOptionValueWithSource(option.attributeName(), value, "env");
  }
}

function argument(command: Command, option: Option, text: string): unknown {
  const flag = option.long?.slice(2) ?? "";
  try {
    if (option.parseArg === undefined) return text;
    const parse = option.parseArg.bind(option) as (text: string, previous: unknown) => unknown;
    if (!REPEATABLE.has(flag)) return parse(text, undefined);
    return text.split(",").reduce<unknown>((values, part) => parse(part.trim(), values), undefined);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return command.error(`error: ${variableOf(flag)} has the value '${text}', which is invalid. ${error.message}`);
  }
}

const REPEATABLE: ReadonlySet<string> = new Set(["ingress-class", "map"]);

function switchValue(command: Command, flag: string, text: string): boolean {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  return command.error(`error: ${variableOf(flag)} has the value '${text}', which is invalid. Give true or false.`);
}
