import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";

test("each endpoint in turn", async () => {
  const upstreams = [await RecordingUpstream.start(), await RecordingUpstream.start(), await RecordingUpstream.start()];
  const gateway = await startDataPlane({ routes: [{ to: upstreams }] });
  const client = await RawClient.open(gateway.http);
  for (let index = 0; index < 9; index++) {
    client.write(`GET /${index} HTTP/1.1\r\nHost: test.example\r\n\r\n`);
    expect((await client.response()).body.toString()).toBe(`/${index}`);
  }
  const turns = upstreams.map(({ requests }) => requests.map(({ target }) => Number(target.slice(1)) % 3));
  expect(turns.map((turn) => new Set(turn).size)).toEqual([1, 1, 1]);
  expect(turns.map((turn) => turn.length)).toEqual([3, 3, 3]);
  expect(upstreams.map(({ connections }) => connections.length)).toEqual([1, 1, 1]);
});
