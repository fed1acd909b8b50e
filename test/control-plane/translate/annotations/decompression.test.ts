import { expect, test } from "vitest";
import { HeldBytes } from "../../../../src/data-plane/middleware/held-bytes.ts";
import { makeMiddleware } from "../../../../src/data-plane/middleware/registry.ts";
import { codes, ingress, service, translated } from "../../../support/resources.ts";

const WEB = service("web", { type: "ExternalName", externalName: "web.org" });
const USE = "decompress-request";
const RATIO = "decompress-request-max-ratio";
const INVALID = "warning AnnotationInvalid default/in";

test.each<[own: Record<string, string>, options: Record<string, unknown> | null, codes: string[]]>([
  [{ [USE]: "true" }, {}, []],
  [{ [USE]: "true", [RATIO]: "500" }, { ratio: 500 }, []],
  [{ [USE]: "false" }, null, []],
  [{ [USE]: "false", [RATIO]: "500" }, null, []],
  [{ [USE]: "gzip" }, null, [INVALID]],
  [{ [USE]: "true", [RATIO]: "0" }, {}, [INVALID]],
  [{ [USE]: "true", [RATIO]: "100001" }, {}, [INVALID]],
  [{ [USE]: "true", [RATIO]: "1.5" }, {}, [INVALID]],
  [{ [RATIO]: "500" }, null, ["warning AnnotationWithoutEffect default/in"]],
])("%j", (own, options, told) => {
  const annotations = Object.fromEntries(Object.entries(own).map(([name, value]) => [`ts-ingress.io/${name}`, value]));
  const result = translated([ingress("in", undefined, annotations), WEB]);
  const middleware = result.fragment.virtualHosts[0]?.routes[0]?.middleware ?? [];
  expect(middleware).toEqual(options === null ? [] : [{ use: USE, options }]);
  expect(codes(result)).toEqual(told);
  const surroundings = { publicHttpsPort: () => null, heldBytes: new HeldBytes(0) };
  for (const settings of middleware) expect(makeMiddleware(settings, surroundings)).toBeTypeOf("function");
});
