import { expect, test } from "vitest";
import type { Annotation } from "../../../../src/control-plane/translate/annotations/annotation.ts";
import {
  authTlsErrorPage,
  authTlsMatchCn,
  authTlsPassCertificate,
  authTlsSecret,
  authTlsVerifyClient,
  authTlsVerifyDepth,
} from "../../../../src/control-plane/translate/annotations/auth-tls.ts";

test.each<[Annotation<unknown>, string, unknown]>([
  [authTlsSecret, "shop/ca", "shop/ca"],
  [authTlsSecret, "ca", null],
  [authTlsSecret, "shop/../ca", null],
  [authTlsVerifyClient, "on", "on"],
  [authTlsVerifyClient, "off", "off"],
  [authTlsVerifyClient, "optional", "optional"],
  [authTlsVerifyClient, "optional_no_ca", "optional_no_ca"],
  [authTlsVerifyClient, "On", null],
  [authTlsVerifyClient, "", null],
  [authTlsVerifyClient, "toString", null],
  [authTlsVerifyDepth, "3", 3],
  [authTlsVerifyDepth, "0", 1],
  [authTlsVerifyDepth, "-1", null],
  [authTlsVerifyDepth, "", null],
  [authTlsErrorPage, "https://help.example/cert?from=gateway", "https://help.example/cert?from=gateway"],
  [authTlsErrorPage, "/sorry", null],
  [authTlsErrorPage, "https://help.example/$request_uri", null],
  [authTlsErrorPage, "https://help.example/\r\nSet-Cookie: a=b", null],
  [authTlsErrorPage, "javascript:alert(1)", null],
  [authTlsPassCertificate, "true", true],
  [authTlsPassCertificate, "on", null],
  [authTlsMatchCn, "CN=(anna|berta)", "CN=(anna|berta)"],
  [authTlsMatchCn, "anna", null],
  [authTlsMatchCn, "CN=(", null],
])("$name: %j", (annotation, text, value) => expect(annotation.parse(text)).toEqual(value));
