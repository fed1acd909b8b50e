import { STATUS_CODES } from "node:http";
import { type Failed, type FailureName, FAILURES } from "../exchange/failure.ts";
import { GatewayHeaders } from "../exchange/headers.ts";
import { grpcStatus, isGrpc } from "../exchange/grpc.ts";
import type { GatewayResponse } from "../exchange/response.ts";

/**
 * What the client is told of a failure: the status, one sentence, and the id to quote; in JSON or HTML where it asks for that, else as
 * text. A gRPC client has its status and message in the head, with 200 (a response of trailers alone). Nothing about what is behind the gateway.
 */
export function answerFailure(failed: Failed, request: GatewayHeaders, id: string): GatewayResponse {
  if (isGrpc(request)) return answerGrpc(failed, id);
  const { status, text } = FAILURES[failed.failure];
  const title = `${status} ${STATUS_CODES[status] ?? ""}`.trim();
  const [type, body] = render(request.get("accept") ?? "", { status, title, failure: failed.failure, text, id });
  const headers = GatewayHeaders.of({ "Content-Type": type, "Cache-Control": "no-store", "X-Request-ID": id });
  if (failed.failure === "upgrade_required") headers.append("Sec-WebSocket-Version", "13");
  if (status === 503) headers.append("Retry-After", "5");
  return { status, reason: "", headers, body, close: closes(failed) };
}

/** A request that is not as it should be leaves doubt about where the next begins; and whom we cannot serve, another may. */
function closes({ failure }: Failed): boolean {
  return FAILURES[failure].side === "downstream" || USED_UP.has(failure);
}

/** What we have too little of, for everybody. */
const USED_UP: ReadonlySet<FailureName> = new Set(["overloaded", "out_of_sockets", "out_of_ports"]);

function answerGrpc(failed: Failed, id: string): GatewayResponse {
  const { text } = FAILURES[failed.failure];
  const headers = GatewayHeaders.of({
    "Content-Type": "application/grpc",
    "grpc-status": String(grpcStatus(failed.failure)),
    "grpc-message": text,
    "X-Request-ID": id,
  });
  return { status: 200, reason: "", headers, body: null, close: closes(failed) };
}

interface Told {
  readonly status: number;
  readonly title: string;
  readonly failure: string;
  readonly text: string;
  readonly id: string;
}

function render(accept: string, told: Told): [type: string, body: string] {
  const wanted = accept.toLowerCase();
  if (/\bapplication\/(?:[a-z.+-]*\+)?json\b/.test(wanted)) {
    const { status, failure, text, id } = told;
    return ["application/json", `${JSON.stringify({ status, error: failure, message: text, requestId: id })}\n`];
  }
  if (wanted.includes("text/html")) return ["text/html; charset=utf-8", html(told)];
  return ["text/plain; charset=utf-8", `${told.title}\n${told.text}\nRequest ID: ${told.id}\n`];
}

function html({ title, text, id }: Told): string {
  return (
    `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>${title}</title></head>\n` +
    `<body><h1>${title}</h1><p>${text}</p><p><small>Request ID: ${escapeHtml(id)}</small></p></body>\n</html>\n`
  );
}

/** The id may be the client's own. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
