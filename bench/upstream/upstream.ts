import { checkAnswer } from "../answer.ts";
import { BODY } from "../load/request.ts";
import { findNginx, startNginx } from "../nginx.ts";
import type { TestBed } from "../test-bed.ts";

export interface StartedUpstream {
  readonly port: number;
  /** For the report. */
  readonly description: string;
}

/** Starts what all peers forward to: nginx answering from memory, or where it is missing a raw server in Node. Both cost far less than any proxy. */
export async function startUpstream(bed: TestBed): Promise<StartedUpstream> {
  const nginx = await findNginx();
  const { port } =
    nginx === null
      ? await bed.startScript("load", "upstream", [new URL("raw-process.ts", import.meta.url).pathname])
      : await startNginx(bed, { nginx, core: "load", name: "upstream", http: answering });
  await checkAnswer("the upstream", port);
  return { port, description: nginx === null ? "raw server in Node" : `nginx ${nginx.version}` };
}

function answering(port: number): string {
  return `  default_type text/plain;
  server { listen 127.0.0.1:${port}; location / { return 200 "${BODY}"; } }`;
}
