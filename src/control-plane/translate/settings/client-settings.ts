import type { LimitSetting, TimeoutSetting } from "../../../snapshot/serving-setting.ts";
import { parseSize } from "../annotations/body-size.ts";
import type { Setting } from "./setting.ts";
import { wholeNumber, wholeSeconds } from "./setting-values.ts";
import type { SettingsReader } from "./settings-reader.ts";

export const clientHeaderTimeout = wholeSeconds({
  name: "client-header-timeout",
  docs: "Seconds for a whole request head, and for a PROXY header; then 408.",
});

export const clientBodyTimeout = wholeSeconds({
  name: "client-body-timeout",
  docs: "Seconds between two pieces of a request body; then 408.",
});

export const keepAlive = wholeSeconds(
  {
    name: "keep-alive",
    docs: "Seconds between two requests of a connection. 0: a connection is for one request.",
  },
  0,
);

export const keepAliveRequests = wholeNumber(
  { name: "keep-alive-requests", docs: "Requests on one connection, fewer by up to a tenth." },
  1,
);

export const http2MaxConcurrentStreams = wholeNumber(
  {
    name: "http2-max-concurrent-streams",
    docs: "Requests that a client of HTTP/2 may have open at once on one connection; for new connections.",
  },
  1,
  10_000,
);

interface HeadSizes {
  /** Bytes of a whole head, and of its request target. */
  readonly head: number;
  readonly target: number;
}

const LEAST_HEAD = 4096;
const MOST_HEAD = 1024 * 1024;

export const largeClientHeaderBuffers: Setting<HeadSizes | null> = {
  name: "large-client-header-buffers",
  fallback: null,
  docs: "Number and size of buffers in nginx. Here a head may have as many bytes as all together (else 431), also that of a response (else 502), and a request target as many as one (else 414); for new connections.",
  expected: "a number and a size, such as 4 8k, from 4k to 1m in all",
  parse(text) {
    const [, number = "", size = ""] = /^(\d{1,6})\s+(\S+)$/.exec(text) ?? [];
    const target = parseSize(size);
    if (target === null) return null;
    const head = Number(number) * target;
    return head >= LEAST_HEAD && head <= MOST_HEAD ? { head, target } : null;
  },
};

export const CLIENT_SETTINGS: readonly Setting<unknown>[] = [
  clientHeaderTimeout,
  clientBodyTimeout,
  keepAlive,
  keepAliveRequests,
  largeClientHeaderBuffers,
  http2MaxConcurrentStreams,
];

/** What clients are held to. Absent fields were not set. */
export function readClientSettings(reader: SettingsReader): {
  readonly limits: LimitSetting["values"];
  readonly timeouts: TimeoutSetting["values"];
} {
  const head = reader.read(clientHeaderTimeout);
  const body = reader.read(clientBodyTimeout);
  const idle = reader.read(keepAlive);
  const requests = idle === 0 ? 1 : reader.read(keepAliveRequests);
  const sizes = reader.read(largeClientHeaderBuffers);
  const streams = reader.read(http2MaxConcurrentStreams);
  return {
    limits: {
      ...(sizes === null ? {} : { headBytes: sizes.head, targetBytes: sizes.target }),
      ...(requests === null ? {} : { requestsPerConnection: requests }),
      ...(streams === null ? {} : { streamsPerSession: streams }),
    },
    timeouts: {
      ...(head === null ? {} : { requestHead: head * 1000 }),
      ...(idle === null || idle === 0 ? {} : { keepAlive: idle * 1000 }),
      ...(body === null ? {} : { requestBody: body * 1000 }),
    },
  };
}
