import { mkdtemp, writeFile } from "node:fs/promises";
import path from "node:path";
import { untilListening } from "../answer.ts";
import { HOST } from "../load/request.ts";
import { freePort } from "../nginx.ts";
import type { Peer, Setting } from "./peer.ts";
import { findProgram } from "./program.ts";

const find = (): ReturnType<typeof findProgram> => findProgram("caddy", "version", /^v?(\d\S*)/mu);

export const caddy: Peer = {
  name: "caddy",
  http2: true,
  async find() {
    const found = await find();
    return found === null ? { missing: "no caddy on this machine (apt-get install caddy)" } : found;
  },
  async start(bed, setting) {
    const found = await find();
    if (found === null) throw new Error("caddy is gone");
    const folder = await mkdtemp(path.join(bed.folder, "caddy-"));
    const [port, tlsPort] = [await freePort(), await freePort()];
    await writeFile(path.join(folder, "caddy.json"), JSON.stringify(configuration(port, tlsPort, setting)));
    const surroundings = ["env", "GOMAXPROCS=1", `XDG_DATA_HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`];
    const command = [found.program, "run", "--config", path.join(folder, "caddy.json")];
    const child = bed.start("proxy", "caddy", [...surroundings, ...command]);
    await child.unlessEnded(untilListening(port));
    return { child, port, tlsPort };
  },
};

/** For Caddy 2.6: on one core, with connections to the upstream kept, no access log and no admin endpoint. */
function configuration(port: number, tlsPort: number, { upstreamPort, certificate }: Setting): object {
  const proxy = {
    handler: "reverse_proxy",
    upstreams: [{ dial: `127.0.0.1:${upstreamPort}` }],
    transport: { protocol: "http", keep_alive: { max_idle_conns_per_host: 512, idle_timeout: "1h" } },
    flush_interval: -1,
    headers: { request: { set: { "X-Real-IP": ["{http.request.remote.host}"] } } },
  };
  const routes = [{ handle: [proxy] }];
  const server = (address: string, more: object): object => ({
    listen: [address],
    routes,
    automatic_https: { disable: true },
    idle_timeout: "1h",
    ...more,
  });
  return {
    admin: { disabled: true },
    logging: { logs: { default: { level: "ERROR" } } },
    apps: {
      http: {
        servers: {
          plain: server(`127.0.0.1:${port}`, {}),
          tls: server(`127.0.0.1:${tlsPort}`, { tls_connection_policies: [{ default_sni: HOST }] }),
        },
      },
      tls: { certificates: { load_files: [{ certificate: certificate.chain, key: certificate.key }] } },
    },
  };
}
