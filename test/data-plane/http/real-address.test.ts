import { expect, test } from "vitest";
import { realAddress } from "../../../src/data-plane/http/real-address.ts";
import { EVERYBODY, TrustedRanges } from "../../../src/data-plane/http/trusted-ranges.ts";

const trusted = new TrustedRanges(["10.0.0.0/8", "2001:db8::/32"]);
const PEER = "10.0.0.1";

test.each([
  ["nothing was said", "", PEER],
  ["nothing but commas", " , ,", PEER],
  ["one client", "192.0.2.1", "192.0.2.1"],
  ["one of IPv6", "2001:db9::1", "2001:db9::1"],
  ["a client that claims to be another", "203.0.113.9, 192.0.2.1", "192.0.2.1"],
  ["a client that claims to be trusted", "10.9.9.9, 192.0.2.1", "192.0.2.1"],
  ["proxies that are trusted", "203.0.113.9, 192.0.2.1, 10.0.0.3, 2001:db8::3", "192.0.2.1"],
  ["nobody but who is trusted", "10.0.0.9, 10.0.0.3", "10.0.0.9"],
  ["what is no address ends the search", "192.0.2.1, unknown, 10.0.0.3", "10.0.0.3"],
  ["at the very end too", "192.0.2.1, _hidden", PEER],
  ["nor is a zone one", "fe80::1%eth0", PEER],
  ["addresses with ports", "192.0.2.1:1234, 10.0.0.3:80", "192.0.2.1"],
  ["in brackets", "[2001:DB9::1]:443, [2001:db8::3]", "2001:db9::1"],
  ["IPv4 in the form of IPv6", "192.0.2.1, ::ffff:10.0.0.3", "192.0.2.1"],
  ["empty members", "192.0.2.1,, 10.0.0.3 ,", "192.0.2.1"],
  ["without spaces", "192.0.2.1,10.0.0.3", "192.0.2.1"],
])("%s", (_name, chain, address) => {
  expect(realAddress(chain, PEER, trusted)).toBe(address);
});

test("who trusts everybody believes the left-most, that is anybody", () => {
  expect(realAddress("203.0.113.9, 192.0.2.1", PEER, new TrustedRanges(EVERYBODY))).toBe("203.0.113.9");
});

test("of a chain without end only the last proxies are looked at", () => {
  const chain = ["192.0.2.1", ...Array.from({ length: 4_000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`)];
  expect(realAddress(chain.join(","), PEER, trusted)).toBe(chain.at(-64));
});
