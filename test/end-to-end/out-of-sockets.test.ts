import { describe, expect, test } from "vitest";
import { values } from "../support/message.ts";
import { canLimitFiles, useUpFiles } from "../support/open-files.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { startStreams, tcpUpstream } from "../support/start-streams.ts";
import { StreamClient } from "../support/stream-client.ts";

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test.example\r\n\r\n`;

describe.skipIf(!canLimitFiles())("when no file is left to open", () => {
  test.each(["http", "https", "h2c"] as const)(
    "a request of %s is answered 503, and no endpoint is blamed",
    async (protocol) => {
      const to = [await RecordingUpstream.start(), await RecordingUpstream.start()];
      const gateway = await startDataPlane({ routes: [{ to, protocol }] });
      const client = await RawClient.open(gateway.http);
      useUpFiles(0);
      client.write(get("/x"));
      const response = await client.response();
      expect([response.status, values(response, "retry-after")]).toEqual([503, ["5"]]);
      // Its own file is given back.
      await client.closed();
      const { record } = await gateway.finishedCount(1);
      expect(record.attempts.map(({ failure }) => failure)).toEqual(["out_of_sockets", "out_of_sockets"]);
      const endpoint = { ejected: false, failures: 0, active: 0 };
      expect(gateway.dataPlane.upstreamStatus()).toMatchObject([{ retries: 0, endpoints: [endpoint, endpoint] }]);
    },
  );

  test("what is open and unused gives way to another upstream", async () => {
    const [first, second] = [await RecordingUpstream.start(), await RecordingUpstream.start()];
    const routes = [
      { path: "/a", to: first },
      { path: "/b", to: [second, second] },
    ];
    const gateway = await startDataPlane({ routes });
    const client = await RawClient.open(gateway.http);
    client.write(get("/a"));
    await client.response();
    // The second endpoint accepts in this process too.
    const spare = useUpFiles(0);
    client.write(get("/b"));
    await (await first.connection(0)).closed();
    spare();
    expect((await client.response()).status).toBe(200);
    const { record } = await gateway.finishedCount(2);
    expect(record.attempts.map(({ failure }) => failure)).toEqual(["out_of_sockets", null]);
  });

  test("a connection of a TCP service is ended, and no endpoint is blamed", async () => {
    const gateway = await startStreams([{ to: [await tcpUpstream(() => {})] }]);
    useUpFiles(2);
    const client = await StreamClient.open(gateway.port("tcp 0"));
    await client.until("the end", ({ ended }) => ended);
    expect(await gateway.finishedCount(1)).toMatchObject({ failure: "out_of_sockets", attempts: 1 });
    expect(gateway.dataPlane.upstreamStatus()).toMatchObject([{ endpoints: [{ failures: 0 }] }]);
  });
});
