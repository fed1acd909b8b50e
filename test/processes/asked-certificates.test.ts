import { expect, onTestFinished, test, vi } from "vitest";
import { AskedCertificates } from "../../src/processes/asked-certificates.ts";

const PAIR = { chain: "chain", privateKey: "key" };

test("answers find who asked, whatever their order; one pair for two names is one object", async () => {
  const asks: [number, string | null][] = [];
  const certificates = new AskedCertificates((ask, serverName) => asks.push([ask, serverName]));
  const first = certificates.ask("a.example");
  const second = certificates.ask(null);
  const third = certificates.ask("b.example");
  expect(asks.map(([, name]) => name)).toEqual(["a.example", null, "b.example"]);
  const [one, two, three] = asks.map(([ask]) => ask) as [number, number, number];
  certificates.answered(three, { problem: "no such name" });
  certificates.answered(two, { chain: "chain", privateKey: "key" });
  certificates.answered(one, { chain: "chain", privateKey: "key" });
  await expect(third).rejects.toThrow("no such name");
  expect(await first).toBe(await second);
});

test("when the primary is gone nobody waits for it", async () => {
  const certificates = new AskedCertificates(() => {});
  const asked = certificates.ask("a.example");
  certificates.close();
  await expect(asked).rejects.toThrow("primary is gone");
  await expect(certificates.ask("b.example")).rejects.toThrow("primary is gone");
});

test("the certificate for clients without a name serves for all when there is nobody to ask", async () => {
  const certificates = new AskedCertificates((ask) =>
    certificates.answered(ask, { chain: "chain", privateKey: "key" }),
  );
  const nameless = await certificates.ask(null);
  certificates.close();
  expect(await certificates.ask("b.example")).toBe(nameless);
});

test("a primary that stands still costs a handshake a moment, and those that come then nothing", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const asked: (string | null)[] = [];
  const certificates = new AskedCertificates((_ask, name) => asked.push(name));
  const nameless = certificates.ask(null);
  certificates.answered(1, PAIR);
  await nameless;
  const waiting = certificates.ask("a.example");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await waiting).toBe(await nameless);
  expect(await certificates.ask("b.example")).toBe(await nameless);
  expect(asked).toEqual([null, "a.example"]);
  // It is back, as what it says late tells.
  certificates.answered(2, { ...PAIR });
  void certificates.ask("c.example");
  expect(asked).toEqual([null, "a.example", "c.example"]);
});

test("names with certificates of their own do not get another one while the primary stands still", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const certificates = new AskedCertificates(() => undefined);
  const nameless = certificates.ask(null);
  certificates.answered(1, PAIR);
  await nameless;
  const first = certificates.ask("a.example");
  const own = { chain: "own", privateKey: "key" };
  certificates.answered(2, own);
  expect(await first).toBe(own);
  const second = certificates.ask("b.example");
  await vi.advanceTimersByTimeAsync(60_000);
  certificates.answered(3, { chain: "late", privateKey: "key" });
  expect((await second).chain).toBe("late");
});
