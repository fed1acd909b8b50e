import { once } from "node:events";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { DataPlane } from "../../src/data-plane/data-plane.ts";

test("an onFinished that throws is told, and costs nothing else", async () => {
  const problems: string[] = [];
  const dataPlane = new DataPlane({
    http: { host: "127.0.0.1", port: 0 },
    onFinished: () => {
      throw new Error("no room on the disk");
    },
    onProblem: (problem) => problems.push(problem),
  });
  onTestFinished(() => dataPlane.close());
  const { http } = await dataPlane.listen();
  for (let times = 0; times < 2; times++) {
    const client = connect(http as number, "127.0.0.1");
    client.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n");
    const [answer] = (await once(client, "data")) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    client.destroy();
  }
  expect(problems).toEqual(Array.from({ length: 2 }, () => "onFinished failed: Error: no room on the disk"));
});
