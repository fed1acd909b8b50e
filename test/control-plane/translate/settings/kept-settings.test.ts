import { expect, test } from "vitest";
import { Problems } from "../../../../src/control-plane/translate/problems.ts";
import { KeptSettings } from "../../../../src/control-plane/translate/settings/kept-settings.ts";
import { Translator } from "../../../../src/control-plane/translate/translate.ts";
import { resourceSet } from "../../../../src/control-plane/resources/resource-set.ts";
import { ingress, OPTIONS, service } from "../../../support/resources.ts";
import { configMap } from "../../../support/settings.ts";

test("settings stay the same value while they say the same, and their problems are told each time", () => {
  const kept = new KeptSettings({ configMap: "ns/settings" });
  const data = { "proxy-body-size": "8m", "hide-headers": "Server" };
  const first = new Problems();
  const settings = kept.of([configMap("ns/settings", data)], first);
  const second = new Problems();
  expect(kept.of([configMap("ns/other", {}), configMap("ns/settings", { ...data })], second)).toBe(settings);
  expect(second.found).toEqual(first.found);
  expect(first.found).toHaveLength(1);
  expect(kept.of([configMap("ns/settings", { ...data, "proxy-body-size": "9m" })], new Problems())).not.toBe(settings);
});

test("a change of the settings translates everything anew, though no other object changed", () => {
  const objects = [ingress("web"), service("web")];
  const translator = new Translator({ ...OPTIONS, configMap: "ns/settings" });
  const limitWith = (data: Record<string, string>): number | undefined => {
    const { fragment } = translator.translate(resourceSet([...objects, configMap("ns/settings", data)]));
    return fragment.virtualHosts[0]?.routes[0]?.requestBodyLimit;
  };
  expect(limitWith({ "proxy-body-size": "1k" })).toBe(1024);
  expect(limitWith({ "proxy-body-size": "2k" })).toBe(2048);
  expect(limitWith({})).toBeUndefined();
});
