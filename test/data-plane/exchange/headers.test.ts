import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GatewayHeaders } from "../../../src/data-plane/exchange/headers.ts";
import { headers } from "../../support/exchanges.ts";

const written = (fields: GatewayHeaders): string => fields.serialize(() => false);

describe("GatewayHeaders", () => {
  const sample = (): GatewayHeaders =>
    headers(["Set-Cookie", "a=1"], ["X-One", "1"], ["set-cookie", "b=2"], ["X-Empty", ""]);

  test("looks up by lower-case name and keeps order and spelling", () => {
    const fields = sample();
    expect(fields.get("set-cookie")).toBe("a=1");
    expect(fields.all("set-cookie")).toEqual(["a=1", "b=2"]);
    expect(fields.get("x-empty")).toBe("");
    expect(fields.get("Set-Cookie")).toBeUndefined();
    expect(fields.has("x-one")).toBe(true);
    expect(fields.has("x-two")).toBe(false);
    expect(fields.count).toBe(4);
    expect(written(fields)).toBe("Set-Cookie: a=1\r\nX-One: 1\r\nset-cookie: b=2\r\nX-Empty: \r\n");
  });

  test("a value is not mistaken for a name", () => {
    const fields = headers(["a", "b"], ["b", "c"]);
    expect(fields.get("b")).toBe("c");
    expect(fields.has("c")).toBe(false);
    fields.delete("c");
    expect(fields.count).toBe(2);
  });

  test("set replaces every line, delete removes every line", () => {
    const fields = sample();
    fields.set("SET-COOKIE", "c=3");
    expect(fields.all("set-cookie")).toEqual(["c=3"]);
    fields.delete("set-cookie");
    expect(written(fields)).toBe("X-One: 1\r\nX-Empty: \r\n");
  });

  test("serialize leaves out what is dropped, by lower-case name", () => {
    expect(sample().serialize((name) => name === "set-cookie")).toBe("X-One: 1\r\nX-Empty: \r\n");
  });

  test("forEach visits lines in order", () => {
    const visited: string[] = [];
    sample().forEach((lower, value) => void visited.push(`${lower}|${value}`));
    expect(visited).toEqual(["set-cookie|a=1", "x-one|1", "set-cookie|b=2", "x-empty|"]);
  });

  test("a clone goes its own way", () => {
    const fields = sample();
    const copy = fields.clone();
    copy.set("X-One", "2");
    expect(fields.get("x-one")).toBe("1");
    expect(copy.get("x-one")).toBe("2");
  });

  test.each(["__proto__", "constructor", "hasOwnProperty"])("%s is a name like any other", (name) => {
    const fields = GatewayHeaders.of({ a: "1" });
    expect(fields.has(name.toLowerCase())).toBe(false);
    fields.append(name, "x");
    expect(fields.get(name.toLowerCase())).toBe("x");
  });

  // U+010D and U+010A are CR and LF in the octets that latin1 leaves of them.
  test.each([
    ["x", "a\r\nb: c"],
    ["x", "a\0"],
    ["x", "a\u010d\u010ab: c"],
    ["x\u0120", "a"],
    ["x: y", "a"],
    ["", "a"],
  ])("%j: %j is not taken", (name, value) => {
    const fields = new GatewayHeaders();
    expect(() => fields.append(name, value)).toThrow(TypeError);
    expect(() => fields.set(name, value)).toThrow(TypeError);
    expect(fields.serialize(() => false)).toBe("");
  });

  test("does what a list of pairs does", () => {
    const name = fc.constantFrom("A", "a", "B", "b-c", "B-C");
    const step = fc.tuple(fc.constantFrom("append", "set", "delete"), name, fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const fields = new GatewayHeaders();
        let pairs: (readonly [string, string])[] = [];
        for (const [kind, name, value] of steps) {
          if (kind === "append") fields.append(name, value);
          else if (kind === "set") fields.set(name, value);
          else fields.delete(name.toLowerCase());
          if (kind !== "append") pairs = pairs.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
          if (kind !== "delete") pairs.push([name, value]);
        }
        expect(written(fields)).toBe(pairs.map(([name, value]) => `${name}: ${value}\r\n`).join(""));
        expect(fields.count).toBe(pairs.length);
      }),
    );
  });
});
