import { request } from "node:http";
import { once } from "node:events";
import { expect, test } from "vitest";
import { nodeUpstream } from "../support/servers.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

test("103 (Early Hints) arrives before the answer, with its fields", async () => {
  let finish = (): void => {};
  const upstream = await nodeUpstream((_request, response) => {
    response.writeEarlyHints({ link: "</style.css>; rel=preload", "x-trace": "1" });
    finish = () => response.end("done");
  });
  const gateway = await startDataPlane({ routes: [{ to: upstream }] });
  const asked = request({ port: gateway.http, host: "127.0.0.1", headers: { host: "test.example" } }).end();
  // The answer is given only after the hint was seen: a gateway that holds hints back never gets here.
  const [hint] = (await once(asked, "information")) as [{ statusCode: number; headers: Record<string, string> }];
  expect([hint.statusCode, hint.headers["link"], hint.headers["x-trace"]]).toEqual([
    103,
    "</style.css>; rel=preload",
    "1",
  ]);
  const answered = once(asked, "response");
  finish();
  const [response] = await answered;
  expect(response.statusCode).toBe(200);
  response.resume();
  await once(response, "end");
});
