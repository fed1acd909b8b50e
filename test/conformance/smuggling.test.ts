import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { RawClient, saysClose, type Response } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { values } from "../support/message.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { SMUGGLED, target, type Variant } from "./case.ts";
import { expectForwarded } from "./forwarded.ts";
import { CASES } from "./smuggling-cases.ts";

/**
 * Whole; one byte a segment; and whole with a request behind it that must not be served, where the connection is to be closed. The first
 * of a row also in two segments: every place to cut it is in every-cut.test.ts.
 */
type Way = "whole" | "byte by byte" | "in two pieces" | "with a request behind";

function ways(variant: Variant, isFirst: boolean): Way[] {
  return [
    "whole",
    "byte by byte",
    ...(isFirst ? (["in two pieces"] as const) : []),
    ...(variant.closes === true ? (["with a request behind"] as const) : []),
  ];
}

for (const { id, title, variants } of CASES) {
  describe(`${id} ${title}`, () => {
    for (const [index, variant] of variants.entries()) {
      for (const way of ways(variant, index === 0)) test(`${variant.name} (${way})`, () => run(variant, way));
    }
  });
}

async function run(variant: Variant, way: Way): Promise<void> {
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({ routes: [{ to: upstream }, { host: "*", byDefault: true, to: upstream }] });
  const client = await RawClient.open(gateway.http);

  if (way === "byte by byte") await client.writeByteByByte(variant.send);
  else if (way === "in two pieces") await writeInTwo(client, variant.send);
  else client.write(way === "whole" ? variant.send : variant.send + SMUGGLED);
  const responses = await read(client, variant);
  expect(responses.map(({ status }) => status)).toEqual(variant.answers.map(oneOf));
  for (const { interim } of responses) expect(interim.map(({ status }) => status)).toSatisfy(onlyContinue);
  if (variant.answerField !== undefined) {
    expect(values(responses.at(-1) as Response, variant.answerField[0])).toEqual([variant.answerField[1]]);
  }

  const again = !client.isClosed && !saysClose(responses.at(-1) as Response);
  if (again) await expectMarker(client, "/again");
  else await client.closed();
  await expectMarker(await RawClient.open(gateway.http), "/clean");

  const expected = typeof variant.upstream === "string" ? [] : variant.upstream;
  const lines = [...expected.map(({ line }) => line), ...(again ? ["GET /again HTTP/1.1"] : []), "GET /clean HTTP/1.1"];
  expect(upstream.requests.map(({ startLine }) => startLine)).toEqual(lines);
  expected.forEach((forwarded, index) => {
    const request = upstream.requests[index];
    if (request !== undefined) expectForwarded(request, forwarded, gateway.http);
  });
  for (const connection of upstream.connections) {
    expect(connection.malformed).toBeNull();
    if (variant.upstream === "cut" && connection.requests.length === 0) await connection.closed();
    else expect(connection.rest.toString("latin1")).toBe("");
  }
}

async function writeInTwo(client: RawClient, send: string): Promise<void> {
  const middle = Math.floor(send.length / 2);
  client.write(send.slice(0, middle));
  await nextTurn();
  client.write(send.slice(middle));
}

async function read(client: RawClient, variant: Variant): Promise<Response[]> {
  const options = { toHead: variant.toHead ?? false };
  if (variant.closes === true) {
    const responses = await client.responsesUntilClose(options);
    expect(responses.at(-1)).toSatisfy(saysClose);
    return responses;
  }
  const responses: Response[] = [];
  while (responses.length < variant.answers.length) responses.push(await client.response(options));
  if (variant.closes === false) expect(responses.at(-1)).not.toSatisfy(saysClose);
  if (typeof variant.upstream !== "string") {
    const markers = variant.upstream.map(({ line }) => line.split(" ")[1]);
    expect(responses.map((response) => values(response, "x-marker")[0])).toEqual(markers);
  }
  return responses;
}

async function expectMarker(client: RawClient, path: string): Promise<void> {
  client.write(target(path));
  const response = await client.response();
  expect([response.status, values(response, "x-marker"), response.body.toString()]).toEqual([200, [path], path]);
  expect(client.rest.toString("latin1")).toBe("");
}

function oneOf(status: number | readonly number[]): unknown {
  return typeof status === "number" ? status : expect.toSatisfy((got: number) => status.includes(got));
}

function onlyContinue(statuses: readonly number[]): boolean {
  return statuses.length === 0 || (statuses.length === 1 && statuses[0] === 100);
}
