import { expect, test } from "vitest";
import { defaultBackend } from "../../../src/data-plane/middleware/default-backend.ts";
import { HeldBytes } from "../../../src/data-plane/middleware/held-bytes.ts";
import type { JsonObject } from "../../../src/snapshot/json.ts";
import { exchange, headers } from "../../support/exchanges.ts";

const OPTIONS = { code: 503, namespace: "shop", ingress: "in", service: "web", port: "http" };

async function told(options: JsonObject, ...sent: readonly (readonly [string, string])[]): Promise<string> {
  const asked = exchange({ headers: headers(...sent) });
  const tell = defaultBackend(options, { publicHttpsPort: () => null, heldBytes: new HeldBytes(0) });
  await tell(asked, () => Promise.resolve({ status: 200, reason: "", headers: headers(), body: null }));
  return asked.request.headers.serialize(() => false);
}

test("what is asked for is told in the fields of ingress-nginx, and what a client says there does not go on", async () => {
  expect(await told(OPTIONS, ["x-code", "200"], ["X-Format", "mine"], ["Accept", "text/html"], ["Accept", "*/*"])).toBe(
    "Accept: text/html\r\nAccept: */*\r\nX-Format: text/html, */*\r\nX-Code: 503\r\nX-Namespace: shop\r\n" +
      "X-Ingress-Name: in\r\nX-Service-Name: web\r\nX-Service-Port: http\r\n",
  );
});

test("without Accept there is no format, and what no field can hold is left out", async () => {
  const hostile = { ...OPTIONS, service: "a\r\nX-Evil: 1", ingress: "café" };
  expect(await told(hostile, ["X-Format", "mine"], ["X-Service-Name", "mine"])).toBe(
    "X-Code: 503\r\nX-Namespace: shop\r\nX-Service-Port: http\r\n",
  );
});
