import { Agent, request } from "node:https";
import { ingressObject } from "./api-objects.ts";
import { makeIngress, type Size } from "./made-cluster.ts";

/**
 * How long the validating webhook takes for reviews of Ingresses, one after another, each of another Ingress: milliseconds.
 * @param limit milliseconds in which as many are made as fit, where that is fewer than `count`
 */
export async function webhookLatency(port: number, size: Size, count: number, limit: number): Promise<number[]> {
  const end = performance.now() + limit;
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  const times: number[] = [];
  for (let number = 0; number < count && performance.now() < end; number += 1) {
    const index = (number * 7919) % size.ingresses;
    const body = JSON.stringify(review(number, index, index < size.certificates));
    const since = performance.now();
    const answer = await post(agent, port, body);
    times.push(performance.now() - since);
    const { response } = JSON.parse(answer) as { response: { allowed: boolean } };
    if (!response.allowed) throw new Error(`the webhook refuses a good Ingress: ${answer}`);
  }
  agent.destroy();
  return times;
}

/** An Ingress that gets a path more. */
function review(number: number, index: number, secured: boolean): object {
  const kind = { group: "networking.k8s.io", version: "v1", kind: "Ingress" };
  const object = (paths?: number) => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    ...ingressObject(makeIngress(index, secured, paths)),
  });
  const request = { uid: `review-${number}`, kind, operation: "UPDATE", object: object(6), oldObject: object() };
  return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
}

function post(agent: Agent, port: number, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request({ agent, host: "127.0.0.1", port, path: "/", method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => (text += piece));
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    sent.on("error", (error) => {
      // The connection had been idle for too long, as an API server meets it too.
      if (sent.reusedSocket) resolve(post(agent, port, body));
      else reject(error);
    });
    sent.end(body);
  });
}
