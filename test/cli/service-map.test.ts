import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { parseServiceMap } from "../../src/cli/service-map.ts";

test.each([
  [
    "shop/web:80=127.0.0.1:3000",
    { namespace: "shop", service: "web", port: "80", to: { host: "127.0.0.1", port: 3000 } },
  ],
  [
    "shop/web:http=localhost:3000",
    { namespace: "shop", service: "web", port: "http", to: { host: "localhost", port: 3000 } },
  ],
  ["a/b:1=[::1]:65535", { namespace: "a", service: "b", port: "1", to: { host: "::1", port: 65_535 } }],
  ["a/b:1=my-pc.lan:1", { namespace: "a", service: "b", port: "1", to: { host: "my-pc.lan", port: 1 } }],
])("reads %s", (text, expected) => {
  expect(parseServiceMap(text)).toEqual(expected);
});

test.each([
  ["", "Write NAMESPACE"],
  ["web:80=127.0.0.1:3000", "Write NAMESPACE"],
  ["shop/web=127.0.0.1:3000", "Write NAMESPACE"],
  ["shop/web:80=3000", "Write NAMESPACE"],
  ["shop/web:80=127.0.0.1", "Write NAMESPACE"],
  ["shop/web:80=::1:3000", "Write NAMESPACE"],
  ["shop/web:80=127.0.0.1:3000 ", "not a port"],
  ["Shop/web:80=127.0.0.1:3000", "not a namespace's name"],
  ["shop/-web:80=127.0.0.1:3000", "not a Service's name"],
  ["shop/web:0=127.0.0.1:3000", "neither the number nor the name"],
  ["shop/web:65536=127.0.0.1:3000", "neither the number nor the name"],
  ["shop/web:web--port=127.0.0.1:3000", "neither the number nor the name"],
  ["shop/web:80=127.0.0.256:3000", "not an address"],
  ["shop/web:80=[127.0.0.1]:3000", "not an address"],
  ["shop/web:80=a_b:3000", "not an address"],
  ["shop/web:80=127.0.0.1:0", "not a port"],
  ["shop/web:80=127.0.0.1:65536", "not a port"],
])("refuses %j", (text, message) => {
  expect(() => parseServiceMap(text)).toThrow(InvalidArgumentError);
  expect(() => parseServiceMap(text)).toThrow(message);
  expect(() => parseServiceMap(text)).toThrow("shop/web:80=127.0.0.1:3000");
});
