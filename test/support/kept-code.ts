/** What a process that is given an environment of its own needs, besides, to find what Node has made of our sources: see vitest.config.ts. */
export function keptCode(): NodeJS.ProcessEnv {
  const folder = process.env["NODE_COMPILE_CACHE"];
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
}
