import { expect, test } from "vitest";
import { selfTimes } from "../../bench/self-times.ts";

const node = (id: number, functionName: string, url: string) => ({
  id,
  callFrame: { functionName, url, lineNumber: 11 },
});

test("time goes to the function that was running, idle time to none; the most expensive first", () => {
  const times = selfTimes({
    nodes: [
      node(1, "(idle)", ""),
      node(2, "relay", "file:///home/me/src/data-plane/http1/relay.ts"),
      node(3, "writeLatin1String", ""),
      // The same function, called from elsewhere.
      node(4, "relay", "file:///home/me/src/data-plane/http1/relay.ts"),
    ],
    samples: [1, 2, 3, 4, 3],
    timeDeltas: [1_000, 100, 300, 200, 400],
  });
  expect(times).toEqual([
    { name: "writeLatin1String", place: "", share: 0.7 },
    { name: "relay", place: "src/data-plane/http1/relay.ts:12", share: 0.3 },
  ]);
});

test("functions without name are told apart by their place", () => {
  const times = selfTimes({
    nodes: [node(1, "", "node:net"), node(2, "", "node:internal/stream_base_commons")],
    samples: [1, 2],
    timeDeltas: [300, 100],
  });
  expect(times.map(({ name, place }) => `${name} ${place}`)).toEqual([
    "(anonymous) node:net:12",
    "(anonymous) node:internal/stream_base_commons:12",
  ]);
});
