import { Option } from "commander";
import { parseSwitch } from "./flag-values.ts";

/** A switch that is given as `--flag`, `--flag=true` or `--flag=false`, as ingress-nginx's are. */
export function toggleFlag(flag: string, what: string, preset: boolean): Option {
  return new Option(`--${flag} [boolean]`, what).argParser(parseSwitch).preset(true).default(preset);
}
