import { type FailureName, FAILURES } from "../../src/data-plane/exchange/failure.ts";
import { grpcStatus } from "../../src/data-plane/exchange/grpc.ts";
import { code, table } from "./markdown.ts";

const INTRODUCTION = `# Failures

Every way an exchange can fail is a row of one table, in \`src/data-plane/exchange/failure.ts\`. No status code is chosen anywhere else in
the data plane. The name is in the access log (\`flags\` in JSON, at the end of the line otherwise), with a detail for the operator.

The client gets the status, one sentence and the request id. It never gets the detail. The body is JSON when \`Accept\` asks for JSON,
HTML when it asks for HTML, and plain text otherwise:

\`\`\`json
{ "status": 404, "error": "no_route", "message": "No route matches this host and path.", "requestId": "..." }
\`\`\`

- **gRPC** is what a client is told whose request has \`Content-Type: application/grpc\`: status 200 with \`grpc-status\` and \`grpc-message\`
  in the head, and no body. The number is that of http-grpc-status-mapping.md of the gRPC specification for the status, unless the failure
  says more: what was too large is RESOURCE_EXHAUSTED (8), what took too long and may have had an effect DEADLINE_EXCEEDED (4), what was begun with and
  broke off INTERNAL (13), what we do not speak UNIMPLEMENTED (12), a client without a certificate that is accepted UNAUTHENTICATED (16). UNAVAILABLE (14)
  tells clients to try again: \`misdirected\` is one, since it may go well over another connection. None is UNKNOWN (2).
- **Side** says whose fault it is. After a failure of the side \`downstream\`, and after \`overloaded\`, \`out_of_sockets\` and
  \`out_of_ports\`, the client's connection is closed.
- **out_of_sockets** and **out_of_ports** are not held against the endpoint, and trying another one is not counted as a retry. The first means
  that the process or the machine has no file left (\`ulimit -n\`); unused connections to upstreams are then closed. The second means that every local port
  for that endpoint is in use or was a minute ago (\`net.ipv4.ip_local_port_range\`), or that the machine has no address of the endpoint's family.
- **upgrade_not_possible** is found before anything is sent, and is not counted as a retry either: another endpoint may be of a version that
  takes WebSockets over HTTP/2. The client is told when none did that was tried.
- **Retry** says when the request may be sent again. \`never\`: the answer would be the same, or the request may have had an effect.
  \`unsent\`: no octet of the request had reached an upstream, so it goes to another endpoint. \`unprocessed\`: an upstream of
  HTTP/2 said that it did not begin with the request, and no more of its body than 64 KiB has been sent. \`reused\`: only when the connection was a
  pooled one, the method is idempotent and the request has no body. \`attempts\` in [limits](limits.md) says how often.
- A status of 503 comes with \`Retry-After: 5\`.
- 499 is never sent: nobody is left to read it. It is what the log says.
- A failure after the response head was sent cannot change the status any more: the response is cut off, and the log names the failure.
`;

export function failuresPage(): string {
  const rows = Object.entries(FAILURES).map(([name, { side, status, retry, text }]) => [
    code(name),
    String(status),
    String(grpcStatus(name as FailureName)),
    side,
    retry,
    text,
  ]);
  return `${INTRODUCTION}\n${table(["Failure", "Status", "gRPC", "Side", "Retry", "What the client reads"], rows)}\n`;
}
