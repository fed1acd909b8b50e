import { expect, test } from "vitest";
import { AskedCertificates } from "../../src/processes/asked-certificates.ts";

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
