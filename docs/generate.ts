// Writes the reference pages of docs/ from the code they describe: `npm run docs`.
// In: the declarations in src/. Out: the .md files beside this one.
// Never: a page written by hand; test/docs.test.ts fails when a committed page differs from what is made here.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { pages } from "./generator/pages.ts";

for (const [name, text] of await pages()) {
  await writeFile(path.join(import.meta.dirname, name), text);
  process.stdout.write(`docs/${name}\n`);
}
