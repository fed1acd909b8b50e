import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Peer } from "./peer.ts";

/** The library that proxies in Node used to be built on. */
export const httpProxy: Peer = {
  name: "http-proxy",
  async find() {
    try {
      const manifest = await readFile(createRequire(import.meta.url).resolve("http-proxy/package.json"), "utf8");
      return { version: (JSON.parse(manifest) as { version: string }).version };
    } catch {
      return { missing: "the package http-proxy is not installed (npm ci)" };
    }
  },
  async start(bed, upstreamPort) {
    const script = new URL("http-proxy-process.ts", import.meta.url).pathname;
    return await bed.startScript("proxy", "http-proxy", [script, String(upstreamPort)]);
  },
};
