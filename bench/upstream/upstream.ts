import { writeFile } from "node:fs/promises";
import path from "node:path";
import { checkAnswer } from "../answer.ts";
import { BODY } from "../load/request.ts";
import { findNginx, startNginx } from "../nginx.ts";
import type { TestBed } from "../test-bed.ts";

export interface StartedUpstream {
  readonly port: number;
  /** For the report. */
  readonly description: string;
}

export const MEBIBYTE = 1024 * 1024;

/** Starts what all peers forward to: nginx answering from memory, or where it is missing a raw server in Node. Both cost far less than any proxy. */
export async function startUpstream(bed: TestBed): Promise<StartedUpstream> {
  const nginx = await findNginx();
  await writeFile(path.join(bed.folder, "1m"), Buffer.alloc(MEBIBYTE, "x"));
  const http = (port: number): string => answering(bed.folder, port);
  const { port } =
    nginx === null
      ? await bed.startScript("load", "upstream", [new URL("raw-process.ts", import.meta.url).pathname])
      : await startNginx(bed, { nginx, core: "load", name: "upstream", http });
  await checkAnswer("the upstream", port);
  return { port, description: nginx === null ? "raw server in Node" : `nginx ${nginx.version}` };
}

/** What WebSockets lead to. */
export async function startWebSocketUpstream(bed: TestBed): Promise<number> {
  const script = new URL("websocket-process.ts", import.meta.url).pathname;
  return (await bed.startScript("load", "websocket upstream", [script])).port;
}

function answering(folder: string, port: number): string {
  return `  default_type text/plain;
  client_max_body_size 0;
  server {
    listen 127.0.0.1:${port};
    location /1m { root ${folder}; }
    location / { return 200 "${BODY}"; }
  }`;
}
