import { describe, expect, test } from "vitest";
import type { ConfigMap } from "../../../../src/control-plane/resources/config-map.ts";
import { resourceSet } from "../../../../src/control-plane/resources/resource-set.ts";
import type { StreamOptions } from "../../../../src/control-plane/translate/options.ts";
import { translate } from "../../../../src/control-plane/translate/translate.ts";
import { OPTIONS, service } from "../../../support/resources.ts";

function configMap(key: string): ConfigMap {
  const [namespace = "", name = ""] = key.split("/");
  const metadata = { namespace, name, creationTimestamp: null, annotations: {}, labels: {} };
  return { kind: "ConfigMap", metadata, data: { "9000": "default/web:80" } };
}

/** From which ConfigMaps there are streams, and what is said about it. */
function served(keys: readonly string[], streams?: StreamOptions) {
  const resources = resourceSet([service("web"), ...keys.map(configMap)]);
  const { fragment, diagnostics } = translate(resources, streams === undefined ? OPTIONS : { ...OPTIONS, streams });
  const of = (fragment.streams ?? []).map(({ origin }) => `${origin.namespace}/${origin.name}`);
  return { of, codes: diagnostics.map(({ code }) => code).filter((code) => code.startsWith("StreamMap")) };
}

const BY_NAME: StreamOptions = { byName: true, reserved: [] };

describe("which ConfigMap counts", () => {
  test("none unless asked for", () => {
    expect(served(["ingress-nginx/tcp-services"])).toEqual({ of: [], codes: [] });
    expect(served(["ingress-nginx/tcp-services"], { byName: false, reserved: [] })).toEqual({ of: [], codes: [] });
  });

  test("by name the one in ingress-nginx, or the only one", () => {
    const all = ["a/tcp-services", "ingress-nginx/tcp-services", "z/tcp-services"];
    expect(served(all, BY_NAME)).toEqual({ of: ["ingress-nginx/tcp-services"], codes: [] });
    expect(served(["a/tcp-services", "a/other"], BY_NAME)).toEqual({ of: ["a/tcp-services"], codes: [] });
  });

  test("none of several, each of which is told so", () => {
    expect(served(["a/tcp-services", "b/tcp-services"], BY_NAME)).toEqual({
      of: [],
      codes: ["StreamMapAmbiguous", "StreamMapAmbiguous"],
    });
  });

  test("the one that is named, whatever it is called", () => {
    const options = { ...BY_NAME, tcp: "b/ports" };
    expect(served(["ingress-nginx/tcp-services", "b/ports"], options)).toEqual({ of: ["b/ports"], codes: [] });
    expect(served(["ingress-nginx/tcp-services"], options)).toEqual({ of: [], codes: ["StreamMapNotFound"] });
  });
});
