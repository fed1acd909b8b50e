import type { Command } from "commander";
import { buildProgram } from "../../src/cli/program.ts";
import { TAKEN } from "../../src/cli/taken-flags.ts";
import { variableOf } from "../../src/settings.ts";
import { code, table } from "./markdown.ts";

const INTRODUCTION = `# Command line

In a checkout the command is \`npx ts-ingress\`. Exit codes: 0, 1 on errors, 2 on wrong usage.
`;

const INGRESS_NGINX = `## Flags of ingress-nginx

The arguments of its container can be given to \`controller\` as they are, \`/nginx-ingress-controller\`, its own name, included. Flags that
mean something here are above, under their names. For these there is nothing to do; --help does not list them, and the log says which of them
were given. Where something is missed without one, the log warns.
`;

const ENVIRONMENT = `## Environment variables

Each option can be set by a variable. What is on the command line wins. Repeatable options take several values with commas between them;
switches take \`true\` or \`false\`. The state folder, with the development certificate authority, is \`$XDG_STATE_HOME/ts-ingress\`, or
\`~/.local/state/ts-ingress\`.
`;

export function commandLinePage(): string {
  const program = buildProgram();
  const sections = program.commands.map((command) => `## ts-ingress ${command.name()}\n\n${help(command)}`);
  return [
    INTRODUCTION,
    help(program),
    ...sections,
    INGRESS_NGINX,
    takenFlags(),
    ENVIRONMENT,
    variables(program.commands),
  ].join("\n\n");
}

/** What `--help` prints, at a fixed width and without colours. */
function help(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (piece) => (text += piece),
    getOutHelpWidth: () => 120,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return `\`\`\`text\n${text.trim()}\n\`\`\``;
}

function takenFlags(): string {
  const rows = TAKEN.map(({ name, was, here, refuses }) => {
    const refused = refuses === undefined ? "" : ` Refused as \`${refuses.value}\`: ${refuses.remedy}`;
    return [code(`--${name}`), was, `${here}${refused}`];
  });
  return table(["Flag", "In ingress-nginx", "Here"], rows);
}

function variables(commands: readonly Command[]): string {
  const users = new Map<string, string[]>();
  for (const command of commands) {
    for (const option of command.options) {
      if (option.long === undefined || option.long === null || option.negate || option.hidden) continue;
      users.set(option.long, [...(users.get(option.long) ?? []), command.name()]);
    }
  }
  const rows = [...users].map(([flag, names]) => [code(flag), code(variableOf(flag.slice(2))), names.join(", ")]);
  return table(["Option", "Variable", "Commands"], rows);
}
