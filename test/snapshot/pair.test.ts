import { expect, test } from "vitest";
import { pemBlocks, pemCertificates } from "../../src/snapshot/pair.ts";

const block = (label: string, text: string): string => `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----`;

test("certificates are found in order, whatever is around them", () => {
  const [one, two] = [block("CERTIFICATE", "AAAA"), block("CERTIFICATE", "BBBB")];
  const text = `Bag Attributes\n${one}\r\n${block("PRIVATE KEY", "KKKK")}garbage${two}\n-----BEGIN CERTIFICATE-----\nwithout end`;
  expect(pemCertificates(text)).toEqual([one, two]);
  expect(pemBlocks(text, "PRIVATE KEY")).toEqual([block("PRIVATE KEY", "KKKK")]);
});

test("a megabyte of beginnings is read in no time", () => {
  // By a lazy pattern it would take minutes: the test's own time limit is the judge.
  expect(pemCertificates("-----BEGIN CERTIFICATE-----\n".repeat(40_000))).toEqual([]);
});
