import { describe, expect, test } from "vitest";
import { PREFIX, type Annotation } from "../../../../src/control-plane/translate/annotations/annotation.ts";
import { AnnotationReader } from "../../../../src/control-plane/translate/annotations/annotation-reader.ts";
import {
  PROXY_SSL,
  proxySslCiphers,
  proxySslName,
  proxySslProtocols,
  proxySslSecret,
  proxySslVerify,
  proxySslVerifyDepth,
  readProxySsl,
} from "../../../../src/control-plane/translate/annotations/proxy-ssl.ts";
import { inOrder, Problems } from "../../../../src/control-plane/translate/problems.ts";
import { ingress, nginx } from "../../../support/resources.ts";

test.each<[Annotation<unknown>, string, unknown]>([
  [proxySslSecret, "shop/upstream-ca", "shop/upstream-ca"],
  [proxySslSecret, "upstream-ca", null],
  [proxySslSecret, "shop/upstream/ca", null],
  [proxySslVerify, "on", true],
  [proxySslVerify, "off", false],
  [proxySslVerify, "ON", null],
  [proxySslVerifyDepth, "0", 0],
  [proxySslVerifyDepth, "-1", null],
  [proxySslVerifyDepth, "1e1", null],
  [proxySslName, "Web.Example", "web.example"],
  [proxySslName, "*.example", null],
  [proxySslName, "$host", null],
  [proxySslCiphers, "ECDHE-RSA-AES128-GCM-SHA256:!aNULL", "ECDHE-RSA-AES128-GCM-SHA256:!aNULL"],
  [proxySslCiphers, "NONSENSE", null],
  [proxySslCiphers, "DEFAULT@SECLEVEL=0", null],
  [proxySslProtocols, "TLSv1.3  TLSv1.2", ["TLSv1.2", "TLSv1.3"]],
  [proxySslProtocols, "TLSv1.1 TLSv1.2", null],
  [proxySslProtocols, "", null],
])("$name: %j", (annotation, text, value) => expect(annotation.parse(text)).toEqual(value));

describe("readProxySsl", () => {
  function read(values: Record<string, string>) {
    const problems = new Problems();
    const refusals: string[] = [];
    const reader = new AnnotationReader(PREFIX, ingress("shop/web", {}, nginx(values)), problems);
    const wish = readProxySsl(reader, (why) => void refusals.push(why));
    const of = (code: string) =>
      inOrder(problems.found)
        .filter((problem) => problem.code === code)
        .map(({ message }) => /proxy-ssl-[a-z-]+/.exec(message)?.[0]);
    const refused = of("ProtectionInvalid");
    expect(refusals.length).toBe(refused.length);
    return { wish, warned: of("AnnotationInvalid"), refused, unread: of("AnnotationWithoutEffect") };
  }

  test("without Secret nothing is read, and that is said of all but off", () => {
    const names = PROXY_SSL.map(({ name }) => name).filter((name) => name !== "proxy-ssl-secret");
    const others = Object.fromEntries(names.map((name) => [name, "nonsense"]));
    expect(read({ ...others, "proxy-ssl-verify": "off" })).toEqual({
      wish: null,
      warned: [],
      refused: [],
      unread: Object.keys(others)
        .filter((name) => name !== "proxy-ssl-verify")
        .toSorted(),
    });
  });

  test("the defaults are those of ingress-nginx", () => {
    expect(read({ "proxy-ssl-secret": "shop/ca" }).wish).toEqual({
      secret: "shop/ca",
      verify: false,
      depth: 1,
      name: null,
      sendName: false,
      ciphers: null,
      protocols: ["TLSv1.2"],
    });
  });

  test("an invalid value keeps the Ingress from being served where the upstream is to be verified, and is a warning elsewhere", () => {
    const values = { "proxy-ssl-secret": "shop/ca", "proxy-ssl-name": "two words" };
    expect(read(values)).toMatchObject({ warned: ["proxy-ssl-name"], refused: [] });
    expect(read({ ...values, "proxy-ssl-verify": "on" })).toMatchObject({ warned: [], refused: ["proxy-ssl-name"] });
    expect(read({ ...values, "proxy-ssl-verify": "yes" }).refused).toEqual(["proxy-ssl-verify"]);
    expect(read({ "proxy-ssl-secret": "ca" })).toMatchObject({ wish: null, refused: ["proxy-ssl-secret"] });
  });
});
