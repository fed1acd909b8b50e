import { expect, test } from "vitest";
import { connectFailure } from "../../../src/data-plane/upstreams/connect-failure.ts";

test.each([
  ["EMFILE", "out_of_sockets"],
  ["ENFILE", "out_of_sockets"],
  ["ENOBUFS", "out_of_sockets"],
  ["ENOMEM", "out_of_sockets"],
  ["EAGAIN", "out_of_sockets"],
  ["EADDRNOTAVAIL", "out_of_ports"],
  ["ECONNREFUSED", "connect_failed"],
  ["EHOSTUNREACH", "connect_failed"],
  [undefined, "connect_failed"],
])("%s is %s", (code, failure) => {
  const error = Object.assign(new Error("connect failed"), code === undefined ? {} : { code });
  expect(connectFailure(error, "10.0.0.7:80")).toMatchObject({ failure, detail: "10.0.0.7:80: connect failed" });
});

test("a connection that is closed without a word says so", () => {
  expect(connectFailure(new Error(""), "10.0.0.7:80").detail).toBe("10.0.0.7:80: connection closed");
});
