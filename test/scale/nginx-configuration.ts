import { addressesIn } from "./api-objects.ts";
import { hostOf, makeSlice, type Size } from "./made-cluster.ts";

export interface NginxServers {
  readonly folder: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly size: Size;
  /** Port of all endpoints. */
  readonly upstream: number;
  /** The one server that is another in each version. */
  readonly changedAt: number;
  readonly version: number;
}

/** Addresses that serve a host in a version. */
export function addressesOf(index: number, version: number, size: Size): ReadonlySet<string> {
  const each = Math.round(size.endpoints / size.ingresses);
  return new Set(addressesIn(makeSlice(index, each, each * version, true), "127"));
}

/** One server and one upstream for each Ingress, with the settings that so many need. */
export function nginxConfiguration({
  folder,
  port,
  tlsPort,
  size,
  upstream,
  changedAt,
  version,
}: NginxServers): string {
  const servers = Array.from({ length: size.ingresses }, (_, index) => {
    const addresses = [...addressesOf(index, index === changedAt ? version : 0, size)];
    const secured = index < size.certificates;
    const pair = `${folder}/pairs/${index}.pem`;
    return `
upstream u${index} { ${addresses.map((address) => `server ${address}:${upstream};`).join(" ")} keepalive 2; }
server {
  listen 127.0.0.1:${port};
  ${secured ? `listen 127.0.0.1:${tlsPort} ssl; ssl_certificate ${pair}; ssl_certificate_key ${pair};` : ""}
  server_name ${hostOf(index)};
  location / { proxy_pass http://u${index}; proxy_http_version 1.1; proxy_set_header Connection ""; }
}`;
  });
  return `daemon off;
worker_processes 2;
worker_shutdown_timeout 240s;
pid nginx.pid;
user root;
error_log /dev/null;
events { worker_connections 16384; }
http {
  access_log off;
  server_names_hash_max_size 65536;
  server_names_hash_bucket_size 128;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  proxy_buffering off;
  keepalive_timeout 1h;
  keepalive_requests 1000000000;
${servers.join("\n")}
}
`;
}
