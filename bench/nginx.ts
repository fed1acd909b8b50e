import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { untilListening } from "./answer.ts";
import type { Child } from "./child.ts";
import type { Core } from "./pinning.ts";
import type { TestBed } from "./test-bed.ts";

/** Where Debian puts it is not on everybody's PATH. */
const PROGRAMS = ["nginx", "/usr/sbin/nginx", "/usr/local/sbin/nginx"];

export interface Nginx {
  readonly program: string;
  readonly version: string;
}

/** The nginx of this machine, or null. */
export async function findNginx(): Promise<Nginx | null> {
  for (const program of PROGRAMS) {
    try {
      const { stderr } = await promisify(execFile)(program, ["-v"]);
      return { program, version: /nginx\/(\S+)/u.exec(stderr)?.[1] ?? "of unknown version" };
    } catch {
      continue;
    }
  }
  return null;
}

/** Starts one nginx with one worker and the given `http` block, made for the port it is to listen on. */
export async function startNginx(
  bed: TestBed,
  options: { nginx: Nginx; core: Core; name: string; http: (port: number, tlsPort: number) => string },
): Promise<{ child: Child; port: number; tlsPort: number }> {
  const { nginx, core, name } = options;
  const folder = await mkdtemp(path.join(bed.folder, `${name}-`));
  const port = await freePort();
  const tlsPort = await freePort();
  await writeFile(path.join(folder, "nginx.conf"), mainBlock(folder, options.http(port, tlsPort)));
  const child = bed.start(core, name, [nginx.program, "-p", folder, "-c", "nginx.conf"]);
  await child.unlessEnded(untilListening(port));
  return { child, port, tlsPort };
}

function mainBlock(folder: string, http: string): string {
  return `daemon off;
worker_processes 1;
pid nginx.pid;
user root;
error_log stderr error;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  # No peer closes a connection while the load lasts, nor between two rounds.
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
${http}
}
`;
}

/** For programs that take no port 0. Nobody holds this one between here and its start, but nothing else starts in that moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
