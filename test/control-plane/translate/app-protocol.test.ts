import { expect, test } from "vitest";
import { readAppProtocol } from "../../../src/control-plane/translate/app-protocol.ts";

test.each([
  ["kubernetes.io/h2c", "h2c"],
  ["kubernetes.io/ws", "http"],
  ["kubernetes.io/wss", "https"],
  ["http", "http"],
  ["HTTP", "http"],
  ["https", "https"],
  ["HTTPS", "https"],
  ["grpc", "h2c"],
  ["GRPC", "h2c"],
])("%s is %s", (name, protocol) => expect(readAppProtocol(name)).toBe(protocol));

test.each([
  undefined,
  "",
  "tcp",
  "h2c",
  "mysql",
  // Prefixed names are compared as they are.
  "kubernetes.io/H2C",
  "Kubernetes.io/h2c",
  "kubernetes.io/http",
  "example.com/h2c",
  "/h2c",
  "http/",
  // Of every object, and not of the table.
  "constructor",
  "toString",
  "__proto__",
  "kubernetes.io/__proto__",
])("%j says nothing", (name) => expect(readAppProtocol(name)).toBeNull());
