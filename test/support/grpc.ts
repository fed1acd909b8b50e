import * as grpc from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { type Http2Gateway, startHttp2Gateway } from "./http2-client.ts";
import { testAuthority } from "./test-authority.ts";

/** Messages are their own octets: no schema is needed. */
const same = (message: Buffer): Buffer => message;
const method = (path: string, requestStream: boolean, responseStream: boolean) => ({
  path,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});

export const SERVICE = {
  unary: method("/test.Echo/Unary", false, false),
  up: method("/test.Echo/Up", true, false),
  down: method("/test.Echo/Down", false, true),
  both: method("/test.Echo/Both", true, true),
};

/** A gRPC server of @grpc/grpc-js, with or without TLS. */
export async function startGrpcServer(
  handlers: grpc.UntypedServiceImplementation,
  tls?: CertificatePair,
): Promise<{ readonly port: number; readonly server: grpc.Server }> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(SERVICE, handlers);
  const credentials =
    tls === undefined
      ? grpc.ServerCredentials.createInsecure()
      : grpc.ServerCredentials.createSsl(null, [
          { private_key: Buffer.from(tls.privateKey), cert_chain: Buffer.from(tls.chain) },
        ]);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  onTestFinished(() => server.forceShutdown());
  return { port, server };
}

/** A gRPC client of @grpc/grpc-js that comes to the gateway over TLS. */
export function grpcClient({ https, ca }: Http2Gateway, options: grpc.ClientOptions = {}): grpc.Client {
  const client = new grpc.Client(`127.0.0.1:${https}`, grpc.credentials.createSsl(Buffer.from(ca)), {
    "grpc.ssl_target_name_override": "test.example",
    "grpc.default_authority": "test.example",
    "grpc.enable_retries": 0,
    "grpc.max_receive_message_length": -1,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** As `grpcClient`, in the clear, by prior knowledge. */
export function plainGrpcClient({ http }: { readonly http: number }, options: grpc.ClientOptions = {}): grpc.Client {
  const client = new grpc.Client(`127.0.0.1:${http}`, grpc.credentials.createInsecure(), {
    "grpc.default_authority": "test.example",
    "grpc.enable_retries": 0,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

/** A gateway in front of a gRPC server, and a client of it. */
export async function startGrpc(handlers: grpc.UntypedServiceImplementation, protocol: "h2c" | "h2" = "h2c") {
  const { issue } = await testAuthority();
  const upstream = await startGrpcServer(handlers, protocol === "h2" ? await issue("pod.example") : undefined);
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, protocol }] });
  return { upstream, gateway, client: grpcClient(gateway) };
}

export interface Unary {
  readonly error: grpc.ServiceError | null;
  readonly value: Buffer | undefined;
  readonly head: grpc.Metadata | null;
  readonly status: grpc.StatusObject;
}

/** A unary call to its end. */
export function unary(
  client: grpc.Client,
  message: Buffer,
  metadata = new grpc.Metadata(),
  options: grpc.CallOptions = {},
): Promise<Unary> {
  return new Promise((resolve) => {
    let error: grpc.ServiceError | null = null;
    let value: Buffer | undefined;
    let head: grpc.Metadata | null = null;
    const call = client.makeUnaryRequest(SERVICE.unary.path, same, same, message, metadata, options, (failed, got) => {
      error = failed;
      value = got;
    });
    call.on("metadata", (got: grpc.Metadata) => (head = got));
    call.on("status", (status: grpc.StatusObject) => setImmediate(() => resolve({ error, value, head, status })));
  });
}

export { same };
