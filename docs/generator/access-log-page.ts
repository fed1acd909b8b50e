import { COMMON, UPSTREAM_INFO, variableNames } from "../../src/telemetry/log-format/compile-format.ts";
import { code } from "./markdown.ts";

export function accessLogPage(): string {
  return `# Access log

One line a request on stdout, when the request is over. \`--log-format\` chooses:

- \`pretty\`: for eyes.
- \`json\`: one object, with times in seconds. \`flags\` holds the [failure](failures.md), if there was one.
- \`nginx\`: what ingress-nginx writes unless it is told otherwise, to the letter.
- \`common\`: the common log format.

\`\`\`text
nginx   ${UPSTREAM_INFO}
common  ${COMMON}
\`\`\`

The first two have no query string, which may carry secrets. The other two have it in \`$request\`, as nginx does.

Lines of TCP and UDP services are JSON with \`json\`; with \`nginx\` and \`common\` they are those of ingress-nginx:
\`[$remote_addr] [$time_local] $protocol $status $bytes_sent $bytes_received $session_time\`.

## A format of one's own

\`--log-format-upstream\` takes a format in nginx's syntax, with \`$name\` or \`\${name}\` for a variable. With \`--log-format-escape-json\` values are
escaped for JSON texts, and what is not there is empty; otherwise quotes, backslashes, controls and whatever is beyond ASCII become \`\\xHH\`, and what
is not there is \`-\`. A client cannot end a line, or a field in quotes. A line break in the format becomes a space. Values are cut after 1,024
characters; after 100 in a line that would be longer than 4 KiB. A variable that there is none of is an error at the start.

\`\`\`sh
ts-ingress dev manifests --log-format-escape-json=true \\
  --log-format-upstream '{"time":"$time_iso8601","path":"$uri","status":$status,"upstream":"$upstream_addr"}'
\`\`\`

The variables:

${variableNames().map(code).join(", ")}.

- \`$proxy_upstream_name\` is \`namespace-service-port\`, and \`-\` where no route matched.
- Of several attempts, \`$upstream_addr\`, \`$upstream_status\` and the other variables of upstreams have all, with commas between.
- \`$proxy_protocol_addr\` and \`$the_real_ip\` are \`$remote_addr\`: the address of the client, as far as who told it is trusted.
- \`$request_length\` and \`$bytes_sent\` count heads as HTTP/1 writes them; over HTTP/2 \`$bytes_sent\` leaves the head out.
- \`$failure\` is ours: the row of the [table of failures](failures.md).
`;
}
