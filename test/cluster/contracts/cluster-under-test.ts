import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import type { Credentials, TlsIdentity } from "../../../src/control-plane/kubernetes/credentials.ts";

/** An API server that a suite runs on: the fake one, or a real one that somebody started. */
export interface ClusterUnderTest {
  /** "http://127.0.0.1:34567" */
  readonly url: string;
  /** What an administrator shows there; empty for the fake one. */
  readonly credentials: { readonly token?: string; readonly tls?: TlsIdentity };
}

/** A client of it, closed with the test. */
export function clientOf({ url, credentials }: ClusterUnderTest): ApiServer {
  const { token, tls = {} } = credentials;
  const identity = { headers: token === undefined ? {} : { authorization: `Bearer ${token}` }, tls };
  const who: Credentials = { server: new URL(url), about: "the test", identify: () => Promise.resolve(identity) };
  const api = new ApiServer(who, { userAgent: "ts-ingress/test" });
  onTestFinished(() => api.close());
  return api;
}

/** Makes a namespace for one test, so that tests on one server do not see each other's objects. @returns its name */
export async function newNamespace(api: ApiServer): Promise<string> {
  const name = `test-${randomUUID().slice(0, 8)}`;
  await api.request("POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
  });
  return name;
}
