import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { untilListening } from "../answer.ts";
import { freePort } from "../nginx.ts";
import type { Peer, Setting } from "./peer.ts";
import { findProgram } from "./program.ts";

const find = (): ReturnType<typeof findProgram> => findProgram("haproxy", "-v", /version (\S+?)(?:-\S+)? /u);

export const haproxy: Peer = {
  name: "haproxy",
  http2: true,
  async find() {
    const found = await find();
    return found === null ? { missing: "no haproxy on this machine (apt-get install haproxy)" } : found;
  },
  async start(bed, setting) {
    const found = await find();
    if (found === null) throw new Error("haproxy is gone");
    const folder = await mkdtemp(path.join(bed.folder, "haproxy-"));
    const { chain, key } = setting.certificate;
    const pair = `${await readFile(chain, "utf8")}\n${await readFile(key, "utf8")}`;
    await writeFile(path.join(folder, "pair.pem"), pair);
    const [port, tlsPort] = [await freePort(), await freePort()];
    await writeFile(path.join(folder, "haproxy.cfg"), configuration(folder, port, tlsPort, setting));
    const child = bed.start("proxy", "haproxy", [found.program, "-db", "-f", path.join(folder, "haproxy.cfg")]);
    await child.unlessEnded(untilListening(port));
    return { child, port, tlsPort };
  },
};

/** For HAProxy 2.6: one thread, connections to the upstream shared, the headers that ingress-nginx sets. */
function configuration(folder: string, port: number, tlsPort: number, { upstreamPort }: Setting): string {
  return `global
  nbthread 1
  maxconn 9000
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout tunnel 1h
  timeout http-keep-alive 1h
  http-reuse always
frontend app
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${tlsPort} ssl crt ${folder}/pair.pem alpn h2,http/1.1 ssl-min-ver TLSv1.2
  unique-id-format %[rand,hex,lower]%[rand,hex,lower]%[rand,hex,lower]%[rand,hex,lower]
  http-request set-header X-Request-ID %[unique-id] unless { req.hdr(X-Request-ID) -m found }
  http-request set-header X-Real-IP %[src]
  http-request set-header X-Forwarded-For %[src]
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Forwarded-Port %[dst_port]
  http-request set-header X-Forwarded-Proto https if { ssl_fc }
  http-request set-header X-Forwarded-Proto http unless { ssl_fc }
  default_backend app
backend app
  server app 127.0.0.1:${upstreamPort} pool-max-conn 320
`;
}
