import { expect, test } from "vitest";
import { fewAtOnce } from "../../../src/data-plane/upstreams/system-lookup.ts";

test("names are looked up two at a time, the others in turn, whatever becomes of each", async () => {
  const running = new Map<string, PromiseWithResolvers<{ address: string }[]>>();
  const look = fewAtOnce((name) => {
    const answer = Promise.withResolvers<{ address: string }[]>();
    running.set(name, answer);
    return answer.promise;
  }, 2);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => look(name));
  expect([...running.keys()]).toEqual(["a", "b"]);
  running.get("a")?.reject(new Error("ENOTFOUND"));
  await expect(a).rejects.toThrow("ENOTFOUND");
  expect([...running.keys()]).toEqual(["a", "b", "c"]);
  for (const name of ["b", "c"]) running.get(name)?.resolve([{ address: name }]);
  await Promise.all([b, c]);
  running.get("d")?.resolve([{ address: "d" }]);
  expect(await d).toEqual([{ address: "d" }]);
});
