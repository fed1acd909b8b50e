import { expect, test } from "vitest";
import { HeldBytes } from "../../../../src/data-plane/middleware/held-bytes.ts";
import { makeMiddleware } from "../../../../src/data-plane/middleware/registry.ts";
import { codes, ingress, nginx, service, translated } from "../../../support/resources.ts";

const WEB = service("web", { type: "ExternalName", externalName: "web.org" });
const INFO = "info RequestBufferingBounded default/in";
const INVALID = "warning AnnotationInvalid default/in";

function annotated(own: string | null, theirs: string | null) {
  const annotations = {
    ...(own === null ? {} : { "ts-ingress.io/buffer-request": own }),
    ...(theirs === null ? {} : nginx({ "proxy-request-buffering": theirs })),
  };
  const result = translated([ingress("in", undefined, annotations), WEB]);
  return { middleware: result.fragment.virtualHosts[0]?.routes[0]?.middleware ?? [], codes: codes(result) };
}

test.each<[own: string | null, theirs: string | null, bytes: number | null, codes: string[]]>([
  [null, null, null, []],
  [null, "off", null, []],
  [null, "on", 1024 ** 2, [INFO]],
  ["64k", null, 65_536, []],
  ["16M", "off", 16 * 1024 ** 2, []],
  ["500", "on", 500, []],
  ["0", "on", null, []],
  ["17m", null, null, [INVALID]],
  ["64 k", "on", null, [INVALID]],
  ["on", null, null, [INVALID]],
  [null, "true", null, [INVALID]],
])("buffer-request %j, proxy-request-buffering %j", (own, theirs, bytes, told) => {
  const given = annotated(own, theirs);
  expect(given.middleware).toEqual(bytes === null ? [] : [{ use: "buffer-request", options: { bytes } }]);
  expect(given.codes).toEqual(told);
  const surroundings = { publicHttpsPort: () => null, heldBytes: new HeldBytes(0) };
  for (const settings of given.middleware) expect(makeMiddleware(settings, surroundings)).toBeTypeOf("function");
});

test("nothing is received for a request that is turned away before", () => {
  const annotations = {
    "ts-ingress.io/buffer-request": "1k",
    "ts-ingress.io/decompress-request": "true",
    "ts-ingress.io/compress": "gzip",
    ...nginx({ "force-ssl-redirect": "true" }),
  };
  const { fragment } = translated([ingress("in", undefined, annotations), WEB]);
  expect(fragment.virtualHosts[0]?.routes[0]?.middleware.map(({ use }) => use)).toEqual([
    "https-redirect",
    "compress",
    "decompress-request",
    "buffer-request",
  ]);
});
