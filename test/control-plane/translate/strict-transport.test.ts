import { expect, test } from "vitest";
import { strictTransportFor } from "../../../src/control-plane/translate/strict-transport.ts";
import { settingsOf } from "../../support/settings.ts";

const DEFAULT = "max-age=31536000; includeSubDomains";

test.each<[data: Record<string, string>, nginx: string | undefined, another: string | undefined]>([
  [{}, DEFAULT, undefined],
  [{ hsts: "true" }, DEFAULT, DEFAULT],
  [{ hsts: "false" }, undefined, undefined],
  [{ "hsts-max-age": "86400" }, "max-age=86400; includeSubDomains", undefined],
  [{ "hsts-max-age": "86400", "hsts-include-subdomains": "false" }, "max-age=86400", undefined],
  [
    { "hsts-max-age": "86400", "hsts-include-subdomains": "false", "hsts-preload": "true" },
    "max-age=86400; preload",
    undefined,
  ],
  [{ hsts: "maybe", "hsts-max-age": "1y" }, DEFAULT, undefined],
])("%j is %j for class nginx, %j for another", (data, nginx, another) => {
  const { settings } = settingsOf(data);
  const local = { ingressClasses: [], serveWithoutClass: false, maps: [], allowLoopbackNames: false };
  const options = { ...local, strictTransport: true };
  const values = ["nginx", "ts-ingress", null].map(
    (name) => strictTransportFor(name, { options, settings })?.options["value"],
  );
  expect(values).toEqual([nginx, another, another]);
  expect(strictTransportFor("nginx", { options: local, settings })).toBeNull();
});
