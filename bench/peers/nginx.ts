import { HOST } from "../load/request.ts";
import { findNginx, startNginx } from "../nginx.ts";
import type { Peer, Setting } from "./peer.ts";

export const nginx: Peer = {
  name: "nginx",
  http2: true,
  async find() {
    const found = await findNginx();
    return found === null
      ? { missing: "no nginx on this machine (apt-get install nginx)" }
      : { version: found.version };
  },
  async start(bed, setting) {
    const found = await findNginx();
    if (found === null) throw new Error("nginx is gone");
    const http = (port: number, tlsPort: number): string => proxyBlock(port, tlsPort, setting);
    return await startNginx(bed, { nginx: found, core: "proxy", name: "nginx", http });
  },
};

/** As ingress-nginx writes it, down to the headers it sets for the upstream and the 320 idle connections it keeps. */
function proxyBlock(port: number, tlsPort: number, { upstreamPort, certificate }: Setting): string {
  return `  map $http_x_request_id $req_id { default $http_x_request_id; "" $request_id; }
  map $http_upgrade $connection_upgrade { default upgrade; "" ""; }
  upstream app {
    server 127.0.0.1:${upstreamPort};
    keepalive 320;
    keepalive_requests 1000000000;
    keepalive_timeout 1h;
  }
  server {
    listen 127.0.0.1:${port};
    listen 127.0.0.1:${tlsPort} ssl http2;
    server_name ${HOST};
    ssl_certificate ${certificate.chain};
    ssl_certificate_key ${certificate.key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:SSL:10m;
    client_max_body_size 0;
    location / {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
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
