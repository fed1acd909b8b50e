import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../../src/control-plane/translate/settings/settings.ts";
import { settingsOf } from "../../../support/settings.ts";

test("TLS with clients", () => {
  const { settings, said } = settingsOf({
    "ssl-protocols": "TLSv1.3",
    "ssl-ciphers": "ECDHE-RSA-AES256-GCM-SHA384",
    "ssl-ecdh-curve": "X25519",
    "ssl-session-timeout": "10m",
    "use-http2": "false",
  });
  expect(said).toEqual([]);
  const tls = {
    minVersion: "TLSv1.3",
    maxVersion: "TLSv1.3",
    ciphers: "ECDHE-RSA-AES256-GCM-SHA384",
    groups: "X25519",
  };
  expect(settings.serving).toEqual([
    { name: "tls", ...tls, sessionTimeout: 600 },
    { name: "http2", offered: false },
  ]);
  const older = settingsOf({ "ssl-protocols": "TLSv1.1 TLSv1.2" });
  expect(older.said).toEqual(["SettingInvalid ssl-protocols"]);
  expect(older.settings.serving).toEqual([{ name: "tls", minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }]);
  expect(settingsOf({ "ssl-ecdh-curve": "auto" })).toMatchObject({ said: [], settings: DEFAULT_SETTINGS });
});

test.each([
  ["ssl-protocols", "TLSv1.1"],
  ["ssl-protocols", "TLSv1.4 TLSv1.3"],
  ["ssl-ciphers", "NO-SUCH-CIPHER"],
  ["ssl-ecdh-curve", "no-such-curve"],
  ["use-http2", "maybe"],
])("%s: %s is said, and TLS stays as it is", (key, value) => {
  expect(settingsOf({ [key]: value })).toMatchObject({ said: [`SettingInvalid ${key}`], settings: DEFAULT_SETTINGS });
});
