// The same faulty requests through a running data plane, many clients at once, with what reaches the upstream as the judge.
import * as fc from "fast-check";
import { expect, onTestFailed, test } from "vitest";
import { readRequests } from "../support/codec/read-requests.ts";
import { readReference, type ReferenceRequest } from "../support/codec/reference-reader.ts";
import { values } from "../support/message.ts";
import { RawClient, type Response } from "../support/raw-client.ts";
import { type RecordedRequest, RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { escape } from "./case.ts";
import { mutatedRequest, NUMBER, runs } from "./mutated-request.ts";

const CLIENTS = 16;

interface Outcome {
  readonly octets: string;
  readonly answers: readonly Response[];
  /** Octets behind the last whole answer. */
  readonly rest: string;
}

test("a faulty request is refused, or reaches the upstream once, as the one it is; the next is refused or given its own answer", async () => {
  const upstream = await RecordingUpstream.start();
  const { http } = await startDataPlane({ routes: [{ to: upstream }, { host: "*", byDefault: true, to: upstream }] });
  const inputs = fc.sample(mutatedRequest, runs(500)).map(numbered);
  const outcomes = new Map<string, Outcome>();
  const running = new Set<string>();
  onTestFailed(() => console.error([...running].map((octets) => escape(octets, Infinity)).join("\n")));
  const waiting = inputs.values();
  const one = async (): Promise<void> => {
    for (const octets of waiting) {
      running.add(octets);
      outcomes.set(octets, await send(http, octets));
      running.delete(octets);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, one));

  for (const { malformed } of upstream.connections) expect(malformed).toBeNull();
  const arrived = Map.groupBy(upstream.requests, ({ target }) => target.slice(-NUMBER.length));
  for (const [index, octets] of inputs.entries()) {
    check(outcomes.get(octets) as Outcome, arrived.get(numberOf(index)) ?? []);
  }
  expect([...outcomes.values()].some(({ answers }) => answers.length === 2)).toBe(true);
});

function numbered(octets: string, index: number): string {
  return octets.replaceAll(`${NUMBER} HTTP`, `${numberOf(index)} HTTP`);
}

function numberOf(index: number): string {
  return index.toString(36).padStart(NUMBER.length, "0");
}

/** Sends everything at once, and its end only where the codec would wait for more: before an answer it would mean that the client left. */
async function send(port: number, octets: string): Promise<Outcome> {
  const read = await readRequests([Buffer.from(octets, "latin1")]);
  const client = await RawClient.open(port);
  const answers: Response[] = [];
  client.write(octets);
  const whole = read.filter(({ end }) => end === "complete");
  while (answers.length < whole.length) answers.push(await client.response());
  if (read.length === whole.length || read.at(-1)?.end === "incomplete" || read.at(-1)?.verdict === "incomplete")
    client.end();
  answers.push(...(await client.responsesUntilClose()));
  return { octets, answers, rest: client.rest.toString("latin1") };
}

function check({ octets, answers, rest }: Outcome, arrived: readonly RecordedRequest[]): void {
  const input = escape(octets, Infinity);
  const served = answers.filter(({ status }) => status === 200);
  const expected = readReference(octets).slice(0, served.length);
  expect(arrived.map(seen), input).toEqual(expected.map(asForwarded));
  expect(
    served.map((answer) => values(answer, "x-marker").join()),
    input,
  ).toEqual(expected.map(({ target }) => target));
  // Only the last answer may be a refusal, and with it the connection has ended.
  const refusals = answers.slice(served.length).map(({ status }) => status);
  expect(refusals.length, input).toBeLessThanOrEqual(1);
  for (const status of refusals) expect(status, input).toBeGreaterThanOrEqual(400);
  expect(answers.slice(0, served.length), input).toEqual(served);
  expect(rest, input).toBe("");
}

function seen({ method, target, body }: RecordedRequest): Omit<ReferenceRequest, "version"> {
  return { method, target, body: body.toString("latin1") };
}

function asForwarded({ method, target, body }: ReferenceRequest): Omit<ReferenceRequest, "version"> {
  return { method, target, body };
}
