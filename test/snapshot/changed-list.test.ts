import * as fc from "fast-check";
import { expect, test } from "vitest";
import { changedList } from "../../src/snapshot/changed-list.ts";

interface Named {
  readonly name: string;
  readonly version: number;
}

const keyOf = ({ name }: Named): string => name;
const names = fc.constantFrom("a", "b", "c", "d", "e", "__proto__", "10", "9", "");
const versions = fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined });
const changes = fc.array(fc.tuple(names, versions), { maxLength: 6 });

test("after any changes, the list of what is there in the order of the keys", () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 8 }), (history) => {
      let list: readonly Named[] = [];
      const there = new Map<string, Named>();
      for (const step of history) {
        const made = new Map(
          step.map(([name, version]) => [name, version === undefined ? undefined : { name, version }]),
        );
        for (const [name, one] of made) {
          if (one === undefined) there.delete(name);
          else there.set(name, one);
        }
        list = changedList(list, made, keyOf);
        expect(list).toEqual([...there.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)));
        list.forEach((one) => expect(one).toBe(there.get(one.name)));
      }
    }),
  );
});

test("the same list where nothing is another", () => {
  const list = [{ name: "a", version: 1 }];
  expect(
    changedList(
      list,
      new Map([
        ["a", list[0]],
        ["b", undefined],
      ]),
      keyOf,
    ),
  ).toBe(list);
});
