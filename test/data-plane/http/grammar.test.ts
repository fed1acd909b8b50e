import { expect, test } from "vitest";
import { isToken, listMembers } from "../../../src/data-plane/http/grammar.ts";

test.each([
  ["GET", true],
  ["!#$%&'*+-.^_`|~", true],
  ["", false],
  ["a b", false],
  ["a\n", false],
  ["a:", false],
  ["(a)", false],
  ["\u00e9", false],
])("isToken(%j) is %s", (text, expected) => expect(isToken(text)).toBe(expected));

test.each([
  ["a", ["a"]],
  ["A, b ,C", ["a", "b", "c"]],
  ["", [""]],
  [",a,", ["", "a", ""]],
  ["a\t,\tb", ["a", "b"]],
])("listMembers(%j)", (value, members) => expect(listMembers(value)).toEqual(members));
