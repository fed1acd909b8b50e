// The one-way rule of the rooms, as a table. The table is the documentation.

const PROBLEMS = [
  "control-plane/translate/place.ts",
  "control-plane/translate/diagnostic.ts",
  "control-plane/resources",
  "control-plane/remembered.ts",
  "snapshot",
];

/** A source that follows a cluster. */
const CLUSTER = ["control-plane/sources", "control-plane/kubernetes", "control-plane/timers.ts", ...PROBLEMS];

/** Every room with the rooms it may know besides itself. A room is a folder with what is below it, or one file; the longest name wins. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  // The contract, and what stands on it alone.
  snapshot: [],
  certificates: ["snapshot"],
  "settings.ts": [],
  "linear-pattern.ts": [],
  "address-range.ts": [],
  "off-limits.ts": [],
  "log.ts": [],
  "listen.ts": [],

  // Turns resources into snapshots. Problems as data, and where they are, lie below the rooms that find some.
  "control-plane/translate/diagnostic.ts": ["snapshot"],
  "control-plane/nearest-name.ts": [],
  "control-plane/resources": ["control-plane/translate/diagnostic.ts", "control-plane/nearest-name.ts", "snapshot"],
  "control-plane/translate/place.ts": ["control-plane/resources", "snapshot"],
  "control-plane/translate": [
    "linear-pattern.ts",
    "address-range.ts",
    "off-limits.ts",
    "control-plane/nearest-name.ts",
    ...PROBLEMS,
  ],
  "control-plane/timers.ts": [],
  "control-plane/remembered.ts": [],
  "control-plane/kubernetes": ["control-plane/timers.ts"],
  "control-plane/sources/cluster.ts": ["control-plane/sources/cluster", ...CLUSTER],
  "control-plane/sources/cluster": CLUSTER,
  "control-plane/sources": PROBLEMS,
  "control-plane/admission": [
    "listen.ts",
    "control-plane/kubernetes",
    "control-plane/timers.ts",
    "control-plane/translate",
    ...PROBLEMS,
    "certificates",
  ],
  "control-plane/status": [
    "control-plane/kubernetes",
    "control-plane/timers.ts",
    "control-plane/translate",
    ...PROBLEMS,
  ],
  "control-plane": [
    "control-plane/admission",
    "control-plane/sources",
    "control-plane/status",
    "control-plane/timers.ts",
    "control-plane/translate",
    ...PROBLEMS,
  ],

  // Serves requests by snapshots.
  "data-plane/clock.ts": [],
  "data-plane/stall.ts": [],
  "data-plane/limits.ts": [],
  "data-plane/certificate-chain.ts": [],
  "data-plane/deadlines.ts": ["data-plane/clock.ts"],
  "data-plane/overload": below("data-plane/exchange"),
  "data-plane/exchange": ["snapshot", "data-plane/http"],
  "data-plane/http": ["snapshot", "address-range.ts", "data-plane/exchange"],
  "data-plane/http1": below("data-plane/http", "data-plane/exchange"),
  "data-plane/http2": below("data-plane/http1", "data-plane/http", "data-plane/exchange"),
  "data-plane/route-table": ["linear-pattern.ts", ...below("data-plane/http", "data-plane/exchange")],
  "data-plane/middleware": ["linear-pattern.ts", ...below("data-plane/http", "data-plane/exchange")],
  "data-plane/upstreams/health": ["data-plane/exchange"],
  "data-plane/upstreams": below(
    "off-limits.ts",
    "data-plane/upstreams/health",
    "data-plane/http2",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),
  "data-plane/proxy-protocol": below("data-plane/exchange"),
  "data-plane/streams": below(
    "data-plane/proxy-protocol",
    "data-plane/upstreams",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),
  "data-plane/proxy": below(
    "data-plane/route-table",
    "data-plane/middleware",
    "data-plane/upstreams",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),
  "data-plane/listeners": below(
    "data-plane/streams",
    "data-plane/proxy-protocol",
    "data-plane/proxy",
    "data-plane/http2",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),
  "data-plane": below(
    "data-plane/overload",
    "data-plane/upstreams/health",
    "data-plane/listeners",
    "data-plane/streams",
    "data-plane/proxy",
    "data-plane/route-table",
    "data-plane/middleware",
    "data-plane/upstreams",
    "data-plane/http2",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),

  // The wiring: may know both planes, and nobody below may know it.
  telemetry: [
    "linear-pattern.ts",
    "listen.ts",
    "snapshot",
    "log.ts",
    "control-plane",
    "control-plane/translate/diagnostic.ts",
    "control-plane/admission",
    ...plane("data-plane"),
  ],
  "connection-limit.ts": ["data-plane/limits.ts"],
  "memory-limit.ts": [],
  "container-memory.ts": ["memory-limit.ts"],
  processes: [
    "snapshot",
    "container-memory.ts",
    "memory-limit.ts",
    "settings.ts",
    "log.ts",
    "telemetry",
    ...plane("data-plane"),
  ],
  "gateway.ts": [
    "processes",
    "connection-limit.ts",
    "container-memory.ts",
    "memory-limit.ts",
    "snapshot",
    "certificates",
    "log.ts",
    "telemetry",
    ...plane("control-plane"),
    ...plane("data-plane"),
  ],
  cli: [
    "linear-pattern.ts",
    "snapshot",
    "address-range.ts",
    "certificates",
    "settings.ts",
    "listen.ts",
    "log.ts",
    "telemetry",
    "gateway.ts",
    "processes",
    ...plane("control-plane"),
    ...plane("data-plane"),
  ],
  "index.ts": ["snapshot", "telemetry", "gateway.ts", "processes", ...plane("control-plane"), ...plane("data-plane")],
  "main.ts": ["cli", "settings.ts", "log.ts"],
};

/** Packages, each with the rooms that may use it. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@kubernetes/client-node/dist/config_types.js": ["control-plane/kubernetes"],
  "@kubernetes/client-node/dist/exec_auth.js": ["control-plane/kubernetes"],
  "@kubernetes/client-node/dist/oidc_auth.js": ["control-plane/kubernetes"],
  commander: ["cli", "main.ts"],
  re2js: ["linear-pattern.ts"],
  "lru-cache": ["certificates", "data-plane/listeners", "processes"],
  selfsigned: ["certificates"],
  yaml: ["control-plane/kubernetes", "control-plane/sources", "cli"],
};

/** Tests of something larger than one file, which for that reason have no source of their name. */
export const OF_MANY_FILES = [
  "cli/show.test.ts",
  "cli/usage.test.ts",
  "control-plane/hostile-objects.test.ts",
  "control-plane/incremental.test.ts",
  "control-plane/resources/read-anything.test.ts",
  "data-plane/listeners/tls-server-names.test.ts",
];

/** A room of the data plane above these: time and limits lie at the bottom, open to all. */
function below(...rooms: readonly string[]): readonly string[] {
  return [
    ...rooms,
    "snapshot",
    ...["clock.ts", "stall.ts", "limits.ts", "deadlines.ts", "certificate-chain.ts"].map(
      (file) => `data-plane/${file}`,
    ),
  ];
}

function plane(name: "control-plane" | "data-plane"): readonly string[] {
  return [
    name,
    ...[
      "admission",
      "kubernetes",
      "resources",
      "sources",
      "sources/cluster.ts",
      "sources/cluster",
      "status",
      "timers.ts",
    ].map((room) => `${name}/${room}`),
    ...["translate", "translate/diagnostic.ts", "translate/place.ts"].map((room) => `${name}/${room}`),
    ...[
      "exchange",
      "http",
      "http1",
      "http2",
      "route-table",
      "middleware",
      "upstreams",
      "upstreams/health",
      "proxy",
      "proxy-protocol",
      "streams",
      "listeners",
    ].map((room) => `${name}/${room}`),
    ...["clock.ts", "stall.ts", "limits.ts", "deadlines.ts", "certificate-chain.ts"].map((file) => `${name}/${file}`),
  ];
}
