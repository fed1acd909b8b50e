import { BUILT_SETTINGS } from "../../src/control-plane/translate/settings/built-settings.ts";
import { LEFT_ALONE } from "../../src/control-plane/translate/settings/left-alone.ts";
import type { NotBuiltRow } from "../../src/control-plane/translate/settings/not-built-row.ts";
import { PRESET_ANNOTATIONS } from "../../src/control-plane/translate/settings/presets.ts";
import { PROTECTING } from "../../src/control-plane/translate/settings/protecting.ts";
import type { Setting } from "../../src/control-plane/translate/settings/setting.ts";
import { TAKEN_AT_START } from "../../src/control-plane/translate/settings/taken-at-start.ts";
import { WITHOUT_COUNTERPART } from "../../src/control-plane/translate/settings/without-counterpart.ts";
import { defaultOf } from "./annotations-page.ts";
import { code, table } from "./markdown.ts";

const INTRODUCTION = `# The ConfigMap with the settings

\`--configmap NAMESPACE/NAME\` names a ConfigMap with settings of the whole gateway, by the keys of ingress-nginx 1.15.1: the one that
ingress-nginx has can be taken over as it is. \`controller\` follows it, and a change holds within a second or so, without a restart;
established connections are not closed for it. \`dev\`, \`check\`, \`explain\` and \`translate\` read it from the folder. The webhook judges
by it too.

A key is above a flag of the same name, and an annotation is above a key. A value that is not one is a [diagnostic](diagnostics.md) on
the ConfigMap (\`SettingInvalid\`), and the default holds. An empty value is no value. When the ConfigMap does not exist, or is deleted, all
settings have their defaults.

\`\`\`yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: ts-ingress
  namespace: ts-ingress
data:
  proxy-body-size: 8m
  proxy-read-timeout: "120"
\`\`\`
`;

const PRESETS = `## Defaults of annotations

These set the default of the annotation of that name, for Ingresses without it. See [annotations](annotations.md).
`;

const BUILT = `## Built besides
`;

const CLOSED = `## Not built: everything answers 503

These protect. Where one asks for something, nothing is served without it: the routes of all Ingresses answer 503, with an error on the
ConfigMap and one on each Ingress. The same holds for a name that does not exist but begins with whitelist-, allowlist-, denylist-,
block- or global-auth-, or ends in -snippet. Behind "unless" stand the values, and the annotations, with which that is not so.
`;

const START = `## Flags here

A gateway that runs cannot change these. A warning (\`SettingTakenAtStart\`) names the flag.
`;

const ALONE = `## Not built: no effect

A warning (\`SettingNotBuilt\`) says so. Behind "unless" stand the values with which the key asks for nothing: then nothing is said.
`;

const NOTHING = `## About the insides of nginx

These have no counterpart here, and nothing need be done. An info (\`SettingWithoutCounterpart\`) says so unless the value is
ingress-nginx's default.
`;

export function configMapPage(): string {
  const besides = BUILT_SETTINGS.filter((one) => !PRESET_ANNOTATIONS.includes(one));
  return [
    INTRODUCTION,
    PRESETS,
    tableOf(PRESET_ANNOTATIONS),
    BUILT,
    tableOf(besides),
    CLOSED,
    list(PROTECTING.filter(({ effect }) => effect !== "served")),
    START,
    list(TAKEN_AT_START),
    ALONE,
    list([...PROTECTING.filter(({ effect }) => effect === "served"), ...LEFT_ALONE]),
    NOTHING,
    WITHOUT_COUNTERPART.flatMap(({ keys }) => Object.keys(keys).map(code)).join(", "),
  ].join("\n\n");
}

function tableOf(settings: readonly Setting<unknown>[]): string {
  const rows = settings.map((one) => [code(one.name), one.expected, defaultOf(one), one.docs]);
  return table(["Key", "Value", "Default", "What it does"], rows);
}

function list(rows: readonly NotBuiltRow[]): string {
  return rows.map((row) => `- ${namesOf(row).join(", ")}: ${row.what}. ${row.remedy}.`).join("\n");
}

function namesOf({ keys, except }: NotBuiltRow): string[] {
  const annotations = [
    ...(except?.unless ?? []).map((name) => `the annotation ${code(name)}`),
    ...(except?.unlessFalse === undefined ? [] : [`the annotation ${code(`${except.unlessFalse}: "false"`)}`]),
  ];
  return Object.entries(keys).map(([key, values]) => {
    const nothing = [...values.map(code), ...annotations];
    return nothing.length === 0 ? code(key) : `${code(key)} (unless ${nothing.join(" or ")})`;
  });
}
