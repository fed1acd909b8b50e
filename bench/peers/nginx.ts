import { HOST } from "../load/request.ts";
import { findNginx, startNginx } from "../nginx.ts";
import type { Peer } from "./peer.ts";

export const nginx: Peer = {
  name: "nginx",
  async find() {
    const found = await findNginx();
    return found === null
      ? { missing: "no nginx on this machine (apt-get install nginx)" }
      : { version: found.version };
  },
  async start(bed, upstreamPort) {
    const found = await findNginx();
    if (found === null) throw new Error("nginx is gone");
    const http = (port: number): string => proxyBlock(port, upstreamPort);
    return await startNginx(bed, { nginx: found, core: "proxy", name: "nginx", http });
  },
};

/** As ingress-nginx writes it, down to the nine headers it sets for the upstream and the 320 idle connections it keeps. */
function proxyBlock(port: number, upstreamPort: number): string {
  return `  map $http_x_request_id $req_id { default $http_x_request_id; "" $request_id; }
  upstream app {
    server 127.0.0.1:${upstreamPort};
    keepalive 320;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }
  server {
    listen 127.0.0.1:${port};
    server_name ${HOST};
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Request-ID $req_id;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Port $server_port;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Scheme $scheme;
      proxy_set_header X-Scheme $scheme;
    }
  }`;
}
