import type { ForwardAction } from "../../../snapshot/route.ts";
import type { Annotation, ReadAnnotation } from "./annotation.ts";

// The longest a Node timer can wait: 2^31 - 1 ms.
const LONGEST = 2_147_483;

/** In seconds; null leaves the data plane's own default. */
function seconds(name: string, docs: string): Annotation<number | null> {
  return {
    name,
    fallback: null,
    docs,
    expected: "a whole number of seconds, at least 1, without unit",
    parse: (text) => (/^\+?\d+$/.test(text) && Number(text) > 0 ? Math.min(Number(text), LONGEST) : null),
  };
}

export const proxyConnectTimeout = seconds(
  "proxy-connect-timeout",
  "Seconds to establish a connection to an endpoint.",
);
export const proxySendTimeout = seconds("proxy-send-timeout", "Seconds between two successive writes to the upstream.");
export const proxyReadTimeout = seconds(
  "proxy-read-timeout",
  "Seconds between two successive reads from the upstream. A WebSocket, or another tunnel, may be silent for so long too, and for an hour in any case.",
);

/** In milliseconds, only those that are set; null when none is. */
export function readTimeouts(read: ReadAnnotation): NonNullable<ForwardAction["timeouts"]> | null {
  const connect = read(proxyConnectTimeout);
  const send = read(proxySendTimeout);
  const idle = read(proxyReadTimeout);
  if (connect === null && send === null && idle === null) return null;
  return {
    ...(connect === null ? {} : { connect: connect * 1000 }),
    ...(send === null ? {} : { send: send * 1000 }),
    ...(idle === null ? {} : { read: idle * 1000 }),
  };
}
