import { readFile } from "node:fs/promises";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS, MINIMUM_BODY_RATE } from "../../src/data-plane/limits.ts";
import { ANNOTATION_OF_TIMEOUT } from "./annotations-page.ts";
import { code, duration, table } from "./markdown.ts";

const INTRODUCTION = `# Limits and timeouts

The defaults of the data plane, from \`src/data-plane/limits.ts\`. A program that uses the library sets others by the options \`limits\` and
\`timeouts\`. There is no flag for them: the [ConfigMap](configmap.md) sets some of them, for all. Annotations set three of the timeouts for the routes
of one Ingress, and the size of its request bodies: see [annotations](annotations.md).

\`connections\` is less where the system allows few open files: at most 45 % of what \`ulimit -n\` says, on Linux.

Over HTTP/2 these limits hold for the fields that node:http2 shows. It leaves out, without a word, any field with CR, LF or NUL in its name or
value that does not decide how the request is framed: such a request is served without it, and what is left out is neither counted nor bounded. A client can make that cost much: 144 KB of such fields hold a worker for 1.3 seconds
of processor time (measured with Node 24.21; it is so for every server on node:http2). Where clients are not trusted that far, \`use-http2: "false"\` in the
[ConfigMap](configmap.md) serves them over HTTP/1 alone.
`;

const TIMEOUTS = `## Timeouts

All timeouts run on one timer that ticks every half second. None ends early; each may end up to a second late. A status in the
description is what the client gets.
`;

export async function limitsPage(): Promise<string> {
  const source = await readFile(new URL("../../src/data-plane/limits.ts", import.meta.url), "utf8");
  const limits = Object.entries(DEFAULT_LIMITS).map(([name, value]) => [
    code(name),
    value.toLocaleString("en-US"),
    docstring(source, name),
  ]);
  const timeouts = Object.entries(DEFAULT_TIMEOUTS).map(([name, value]) => [
    code(name),
    duration(value),
    annotation(name),
    docstring(source, name),
  ]);
  const { bytesPerSecond, grace } = MINIMUM_BODY_RATE;
  return [
    INTRODUCTION,
    `## Limits\n\n${table(["Limit", "Default", "What it limits"], limits)}`,
    TIMEOUTS,
    table(["Timeout", "Default", "Annotation", "What it waits for"], timeouts),
    `A request body must also come at ${bytesPerSecond} bytes a second at least, once it has had ${duration(grace)}: otherwise 408.`,
  ].join("\n\n");
}

function annotation(timeout: string): string {
  const name = Object.entries(ANNOTATION_OF_TIMEOUT).find(([, key]) => key === timeout)?.[0];
  return name === undefined ? "" : code(name);
}

/** The comment above `readonly NAME: number;`, as one line. @throws {Error} where the property is not declared so */
function docstring(source: string, name: string): string {
  const lines = source.split("\n");
  const at = lines.indexOf(`  readonly ${name}: number;`);
  if (at < 0) throw new Error(`limits.ts declares no ${name}`);
  const above = lines[at - 1]?.trim() ?? "";
  if (!above.endsWith("*/")) return UNDOCUMENTED[name] ?? "";
  const from = lines.slice(0, at).findLastIndex((line) => line.trim().startsWith("/**"));
  return lines
    .slice(from, at)
    .map((line) =>
      line
        .trim()
        .replace(/^\/?\*+\/?/, "")
        .replace(/\*\/$/, "")
        .trim(),
    )
    .join(" ")
    .trim();
}

/** Names that say it all in the code, but not in a table. */
const UNDOCUMENTED: Readonly<Record<string, string>> = {
  tlsHandshake: "A TLS handshake with a client.",
};
