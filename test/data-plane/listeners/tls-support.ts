import type { AddressInfo, Socket } from "node:net";
import tls from "node:tls";
import { makeCertificate, validFor } from "../../../src/certificates/certificates.ts";
import { TlsContexts } from "../../../src/data-plane/listeners/tls-contexts.ts";
import type { TlsContextsOptions } from "../../../src/data-plane/listeners/tls-contexts.ts";
import { buildSecureContext } from "../../../src/data-plane/listeners/tls-settings.ts";
import type { Certificate } from "../../../src/snapshot/certificate.ts";
import type { CertificatePair } from "../../../src/snapshot/pair.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../../src/snapshot/snapshot.ts";

/** A self-signed pair that a client recognises by its common name. */
export function makePair(commonName: string): Promise<CertificatePair> {
  return makeCertificate({ commonName, names: [{ kind: "dns", value: "x.test" }], authority: false, ...validFor(30) });
}

export function certificate(name: string, serverNames: readonly string[], pair: CertificatePair): Certificate {
  return { name, origin: { kind: "Secret", namespace: "shop", name }, serverNames, ...pair };
}

export function snapshotOf(...certificates: Certificate[]): RoutingSnapshot {
  return seal({ virtualHosts: [], upstreams: [], certificates });
}

/** A TLS listener on loopback that echoes, as the data plane makes one, with all it builds and reports on record. */
export interface Listener extends AsyncDisposable {
  readonly contexts: TlsContexts;
  readonly port: number;
  /** Every pair a context was built from. */
  readonly built: CertificatePair[];
  readonly problems: string[];
  /** Every name a default certificate was asked for. */
  readonly asked: (string | null)[];
  readonly failures: Error[];
}

export async function listen(
  options: Partial<TlsContextsOptions> & Pick<TlsContextsOptions, "defaultCertificate">,
  overrides: tls.TlsOptions = {},
): Promise<Listener> {
  const built: CertificatePair[] = [];
  const problems: string[] = [];
  const asked: (string | null)[] = [];
  const failures: Error[] = [];
  const contexts = new TlsContexts({
    onProblem: (message) => problems.push(message),
    build: (pair) => {
      const context = buildSecureContext(pair);
      built.push(pair);
      return context;
    },
    ...options,
    defaultCertificate: (serverName) => {
      asked.push(serverName);
      return options.defaultCertificate(serverName);
    },
  });
  await contexts.prepare();
  const sockets = new Set<Socket>();
  const server = tls.createServer({ ...contexts.secureOptions(), ...overrides }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.pipe(socket);
  });
  server.on("tlsClientError", (error) => failures.push(error));
  server.on("connection", (socket: Socket) => sockets.add(socket));
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  return {
    contexts,
    port: (server.address() as AddressInfo).port,
    built,
    problems,
    asked,
    failures,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      for (const socket of sockets) socket.destroy();
      contexts.close();
      await closed.promise;
    },
  };
}

/** Connects without verifying. Rejects when the handshake fails. */
export async function connect(listener: Listener, options: tls.ConnectionOptions = {}): Promise<tls.TLSSocket> {
  const secure = Promise.withResolvers<void>();
  const socket = tls.connect(
    { port: listener.port, host: "127.0.0.1", rejectUnauthorized: false, ALPNProtocols: ["http/1.1"], ...options },
    secure.resolve,
  );
  socket.on("error", secure.reject);
  socket.on("close", () => secure.reject(new Error("closed during the handshake")));
  await secure.promise;
  return socket;
}

/** The common name of the certificate presented for `servername`; undefined sends none. */
export async function presented(listener: Listener, servername?: string): Promise<string> {
  const socket = await connect(listener, servername === undefined ? {} : { servername });
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return String(subject.CN);
}

export async function echo(socket: tls.TLSSocket, word: string): Promise<string> {
  const answer = Promise.withResolvers<string>();
  socket.once("data", (data) => answer.resolve(data.toString()));
  socket.once("close", () => answer.reject(new Error("closed")));
  socket.write(word);
  return answer.promise;
}
