import { DIAGNOSTIC_CODES } from "./diagnostic-codes.ts";
import { code, table } from "./markdown.ts";

const INTRODUCTION = `# Diagnostics

A problem with a manifest is a diagnostic: data with the object it belongs to, its file and line, what is wrong, and what to do about it.
\`ts-ingress check FOLDER\` prints them; \`dev\` prints the same list at the start and what is new after each change.

- **Severity.** \`error\`: something asked for is not served. \`warning\`: served, but probably not as meant. \`info\`: worth knowing.
  \`check\` exits with 1 on errors, with 0 on warnings.
- **Scope.** \`object\`: wrong in itself. \`conflict\`: clashes with another object. \`reference\`: points to something that is not there (yet).

A bad object costs its own routes, and no others. The one exception is an annotation that protects a host as a whole and is not built:
\`HostUnavailable\`.

\`check -o json\` prints \`{ "diagnostics": [ { "severity", "code", "scope", "object", "file", "line", "message", "remedy" } ] }\`.
`;

export function diagnosticsPage(): string {
  const sections = Object.entries(DIAGNOSTIC_CODES).map(([title, codes]) => {
    const rows = Object.entries(codes).map(([name, { severities, scope, when, remedy }]) => [
      code(name),
      severities.join(", "),
      scope,
      when,
      remedy,
    ]);
    return `## ${title}\n\n${table(["Code", "Severity", "Scope", "When", "What to do"], rows)}`;
  });
  return [INTRODUCTION, ...sections].join("\n\n");
}
