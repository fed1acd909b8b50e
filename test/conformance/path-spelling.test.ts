// RL13, the other half: a route is chosen by what a path means, and the upstream gets it as it was written.
import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { target } from "./case.ts";

async function askFor(path: string, strictPaths = false) {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ path: "/b", to: upstream }], strictPaths });
  const client = await RawClient.open(gateway.http);
  client.write(target(path));
  return { status: (await client.response()).status, got: upstream.requests.map((request) => request.target) };
}

const MEAN_B = [
  "/b",
  "/b/",
  "/a/../b",
  "/a/%2e%2e/b",
  "/a/.%2E/b",
  "//b",
  "///b//c",
  "/./b",
  "/%62",
  "/b%2fc",
  "/b%2Fc",
  "/a%2f..%2fb",
  "/b/c;p=1",
  "/b?/../a",
  "/b/..;/a",
  "/b/./",
  "/b/%20",
  "/b/%25",
  "/b/c%3Fd",
  "/b/%C3%A9",
  "/b/a/..",
  "/b/%7c",
];
for (const path of MEAN_B) {
  test(`${path} is served by /b, as it was written`, async () => {
    expect(await askFor(path)).toEqual({ status: 200, got: [path] });
  });
}

for (const path of [
  "/",
  "/bb",
  "/B",
  "/b/..",
  "/b/../a",
  "/b/%2e%2e/a",
  "/b%2f..%2fa",
  "/a/..;/b",
  "/b;p=1",
  "/b%3b",
  "/?/b",
  "/%2562",
  "/a/b",
]) {
  test(`${path} is not`, async () => {
    expect(await askFor(path)).toEqual({ status: 404, got: [] });
  });
}

const NORMAL: Readonly<Record<string, string>> = {
  "/b": "/b",
  "/a/../b": "/b",
  "/a/%2e%2e/b/c?d=/../e": "/b/c?d=/../e",
  "//b": "/b",
  "/./b//c": "/b/c",
  "/%62": "/b",
  "/b/%20": "/b/%20",
  "/b/%25": "/b/%25",
  "/b/%3F": "/b/%3F",
  "/b/%23": "/b/%23",
  "/b/%c3%a9": "/b/%C3%A9",
  "/b/c;p=1": "/b/c;p=1",
};
for (const [path, sent] of Object.entries(NORMAL)) {
  test(`with strict paths ${path} goes on as ${sent}`, async () => {
    expect(await askFor(path, true)).toEqual({ status: 200, got: [sent] });
  });
}

for (const path of ["/b%2fc", "/b%2Fc", "/b%5cc", "/b/..;/a", "/b%00", "/../b"]) {
  test(`with strict paths ${path} is refused`, async () => {
    expect(await askFor(path, true)).toEqual({ status: 400, got: [] });
  });
}
