import { existsSync, readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ManifestFolder } from "../../src/control-plane/sources/manifest-folder.ts";
import type { Diagnostic } from "../../src/control-plane/translate/diagnostic.ts";
import type { TranslateOptions } from "../../src/control-plane/translate/options.ts";
import { inOrder } from "../../src/control-plane/translate/problems.ts";
import { translate } from "../../src/control-plane/translate/translate.ts";
import { describeOrigin, describePlace } from "../../src/snapshot/origin.ts";
import { printable } from "../../src/snapshot/printable.ts";
import { seal } from "../../src/snapshot/seal.ts";
import { OPTIONS } from "../support/resources.ts";

// Each folder: in.yaml (its first line may hold options), out.json (what is served), diagnostics.txt. UPDATE=1 rewrites the last two.
const ROOT = path.join(import.meta.dirname, "translate");

describe.each(readdirSync(ROOT))("%s", (name) => {
  const folder = path.join(ROOT, name);

  test("gives what is written", async () => {
    const file = path.join(folder, "in.yaml");
    const loaded = await new ManifestFolder(file).load();
    const { fragment, diagnostics } = translate(loaded.resources, optionsOf(await readFile(file, "utf8")));
    const { virtualHosts, upstreams, certificates, streams, settings } = printable(seal(fragment));
    const local = (text: string): string => text.replaceAll(`${folder}${path.sep}`, "");
    await compare(path.join(folder, "out.json"), local(`${JSON.stringify({ virtualHosts, upstreams, certificates, streams, settings }, null, 2)}\n`));
    await compare(path.join(folder, "diagnostics.txt"), local(inOrder([...loaded.diagnostics, ...diagnostics]).map(written).join("")));
  });
});

function optionsOf(manifest: string): TranslateOptions {
  const given = /^# options: (.*)$/m.exec(manifest)?.[1];
  return { ...OPTIONS, ...(given === undefined ? {} : (JSON.parse(given) as Partial<TranslateOptions>)) };
}

function written({ severity, code, scope, object, message, remedy }: Diagnostic): string {
  const place = describePlace(object);
  return `${severity} ${code} (${scope}) ${describeOrigin(object)}${place === "" ? "" : ` at ${place}`}\n  ${message}\n  > ${remedy}\n`;
}

async function compare(file: string, actual: string): Promise<void> {
  if (process.env["UPDATE"] === "1") await writeFile(file, actual);
  expect(existsSync(file) ? await readFile(file, "utf8") : "(no such file)").toBe(actual);
}
