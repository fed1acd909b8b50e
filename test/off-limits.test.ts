import { expect, test } from "vitest";
import { isNoEndpoint, isOffLimits } from "../src/off-limits.ts";

test.each([
  "127.0.0.1",
  "127.255.0.9",
  "0.0.0.0",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:169.254.169.254",
  "169.254.169.254",
  "fe80::1",
  "fe80::1%eth0",
  "fd00:ec2::254",
  "168.63.129.16",
  "100.100.100.200",
])("no name may lead to %s", (address) => {
  expect(isOffLimits(address)).toBe(true);
});

test.each(["10.0.0.1", "100.64.0.1", "192.168.0.1", "fd00:ec2::253", "2001:db8::1", "::ffff:10.0.0.1", "8.8.8.8"])(
  "a name may lead to %s, and so may an endpoint",
  (address) => {
    expect([isOffLimits(address), isNoEndpoint(address)]).toEqual([false, false]);
  },
);

test("an endpoint may be where a pod may be", () => {
  const refused = ["169.254.169.254", "fe80::1%eth0", "fd00:ec2::254", "168.63.129.16", "::ffff:168.63.129.16"];
  expect(refused.filter((address) => !isNoEndpoint(address))).toEqual([]);
  expect(["100.100.100.200", "127.0.0.1"].filter(isNoEndpoint)).toEqual([]);
});
