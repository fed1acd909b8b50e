import type { JsonObject, JsonValue } from "../../snapshot/json.ts";
import type { Body } from "../exchange/body.ts";
import { EMPTY_BODY } from "../exchange/empty-body.ts";
import type { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import { WholeBody } from "../exchange/whole-body.ts";
import { chooseCoding } from "../http/accept-encoding.ts";
import { listMembers } from "../http/grammar.ts";
import { CodedBody } from "./coded-body.ts";
import { DEFAULT_MIN_LENGTH, DEFAULT_TYPES, forbidsTransforming, isCompressible } from "./compressible.ts";
import { CompressingSink } from "./compressing-sink.ts";
import { type CodingName, CONTENT_CODINGS } from "./content-coding.ts";
import type { MiddlewareFactory } from "./factory.ts";

/**
 * Compresses responses for clients that accept it (RFC 9110 §8.4, §12.5.3), while they come: nothing is collected, and a flush of the
 * upstream, as of an event stream, reaches the client at once.
 * Options: `algorithms` ("zstd", "br", "gzip", in order of preference), `types` (default `DEFAULT_TYPES`), `minLength` in bytes (default
 * `DEFAULT_MIN_LENGTH`), `levels` (an object by algorithm; defaults and bounds in `CONTENT_CODINGS`).
 */
export const compress: MiddlewareFactory = (options) => {
  const offered = strings(options["algorithms"], "algorithms").map(codingName);
  if (offered.length === 0) throw new Error("compress: algorithms are empty");
  const levels = new Map(offered.map((name) => [name, levelOf(name, options["levels"])]));
  const types = new Set(options["types"] === undefined ? DEFAULT_TYPES : strings(options["types"], "types"));
  const minLength = wholeNumber(options["minLength"] ?? DEFAULT_MIN_LENGTH, "minLength");
  return async function compressResponse(exchange, next) {
    const { request } = exchange;
    const response = await next(exchange);
    const { headers } = response;
    if (response.status === 304) weakenAsAsked(request, headers);
    if (!isCompressible(request, response, { types, minLength })) return response;
    varyByEncoding(headers);
    const name = chooseCoding(request.headers.all("accept-encoding"), offered);
    if (name === null || forbidsTransforming(request.headers)) return response;
    describeAs(name, headers);
    response.body = await encoded(contentOf(response), name, levels.get(name) as number);
    return response;
  };
};

/** What came whole is compressed at once: it is small, and keeps a length. */
async function encoded(content: Body, name: CodingName, level: number): Promise<Body> {
  if (content.length === 0) return content;
  const coding = CONTENT_CODINGS[name];
  if (!(content instanceof WholeBody)) {
    return new CodedBody(content, (to, limit) => new CompressingSink(coding.start(level), coding.flush, to, limit));
  }
  return new WholeBody(coding.whole(await content.bytes(Infinity), level).toString("latin1"));
}

function contentOf({ body }: GatewayResponse): Body {
  if (body === null) return EMPTY_BODY;
  return typeof body === "string" ? new WholeBody(Buffer.from(body).toString("latin1")) : body;
}

/** What changes with the coding (RFC 9110 §8.8.1: other octets cannot have the same strong validator; ranges would be of the original). */
function describeAs(name: CodingName, headers: GatewayHeaders): void {
  headers.append("Content-Encoding", name);
  headers.delete("content-length");
  headers.delete("accept-ranges");
  const tag = headers.get("etag");
  if (tag?.startsWith('"') === true) headers.set("ETag", `W/${tag}`);
}

/** A cache that asks with the tag we weakened would not find what it stored under a strong one (RFC 9111 §4.3.4). */
function weakenAsAsked(request: GatewayRequest, headers: GatewayHeaders): void {
  const tag = headers.get("etag");
  if (tag?.startsWith('"') !== true) return;
  if (!request.headers.all("if-none-match").some((value) => value.includes(`W/${tag}`))) return;
  headers.set("ETag", `W/${tag}`);
  varyByEncoding(headers);
}

function varyByEncoding(headers: GatewayHeaders): void {
  const named = headers.all("vary").flatMap(listMembers);
  if (!named.includes("*") && !named.includes("accept-encoding")) headers.append("Vary", "Accept-Encoding");
}

function codingName(text: string): CodingName {
  if (!Object.hasOwn(CONTENT_CODINGS, text))
    throw new Error(`compress: no algorithm is called ${JSON.stringify(text)}`);
  return text as CodingName;
}

function levelOf(name: CodingName, levels: JsonValue | undefined): number {
  const { least, most, usual } = CONTENT_CODINGS[name].levels;
  const asked = levels === undefined ? undefined : (levels as JsonObject)[name];
  if (asked === undefined) return usual;
  return Math.min(most, Math.max(least, wholeNumber(asked, "levels")));
}

function wholeNumber(value: JsonValue, what: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw new Error(`compress: ${what} must be whole numbers`);
  return value as number;
}

function strings(value: JsonValue | undefined, what: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    throw new Error(`compress: ${what} must be a list of texts`);
  return value;
}
