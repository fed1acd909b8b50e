import { describe, expect, test } from "vitest";
import type { Addressing } from "../../../src/snapshot/upstream.ts";
import type { Service } from "../../../src/control-plane/resources/service.ts";
import { codes, endpoints, ingress, service, slice, translated } from "../../support/resources.ts";

/** The endpoints of default/web:80 as "address port", or why there are none. */
function found(objects: Parameters<typeof translated>[0], spec: Partial<Service["spec"]> = {}) {
  const result = translated([ingress("in"), service("web", spec), ...objects]);
  const addressing = result.fragment.upstreams[0]?.addressing as Extract<Addressing, { kind: "endpoints" }>;
  return {
    list: addressing.endpoints.map(({ address, port }) => `${address} ${port}`),
    why: addressing.whyEmpty,
    codes: codes(result),
  };
}

const named = (port: number, name: string, protocol = "TCP") => ({ name, port, protocol });
const http = { ports: [{ ...named(80, "http"), targetPort: "web" }] };
const EMPTY = "warning ServiceWithoutEndpoints default/in";

describe("EndpointSlices", () => {
  test("several are one list, each endpoint once, in an order of its own", () => {
    const slices = [slice("web", ["10.0.0.3", "10.0.0.2"]), slice("web", ["10.0.0.2", "10.0.0.1"], { name: "web-2" })];
    expect(found(slices).list).toEqual(["10.0.0.1 8080", "10.0.0.2 8080", "10.0.0.3 8080"]);
    expect(found(slices.toReversed()).list).toEqual(found(slices).list);
  });

  test("of other Services and namespaces are not ours", () => {
    expect(
      found([slice("web", ["10.0.0.1"]), slice("webs", ["10.0.0.2"]), slice("other/web", ["10.0.0.3"])]).list,
    ).toEqual(["10.0.0.1 8080"]);
  });

  test("IPv4 and IPv6 are both used", () => {
    const six = slice("web", ["2001:db8::1"], { name: "web-6", addressType: "IPv6" });
    expect(found([slice("web", ["10.0.0.1"]), six]).list).toEqual(["10.0.0.1 8080", "2001:db8::1 8080"]);
  });

  test("all addresses of an endpoint are used", () => {
    expect(found([slice("web", [{ addresses: ["10.0.0.1", "10.0.0.2"], conditions: {} }])]).list).toHaveLength(2);
  });

  test("their own port number is the truth, also where a name resolves differently in each", () => {
    const slices = [
      slice("web", ["10.0.0.1"], { ports: [named(1, "admin"), named(8080, "http")] }),
      slice("web", ["10.0.0.2"], { name: "web-2", ports: [named(9090, "http")] }),
    ];
    expect(found(slices, http).list).toEqual(["10.0.0.1 8080", "10.0.0.2 9090"]);
  });

  test.each([
    ["an unnamed port matches an absent name", [{ port: 8080, protocol: "TCP" }], {}, "10.0.0.1 8080"],
    ["an unnamed port matches an empty name", [named(8080, "")], {}, "10.0.0.1 8080"],
    [
      "no ports leave it to a numeric targetPort",
      [],
      { ports: [{ port: 80, targetPort: 8088, protocol: "TCP" }] },
      "10.0.0.1 8088",
    ],
    ["no ports and no targetPort leave it to the port", [], {}, "10.0.0.1 80"],
    ["a port without number leaves it to the Service", [{ name: "", protocol: "TCP" }], {}, "10.0.0.1 80"],
  ])("%s", (_, ports, spec, expected) => {
    expect(found([slice("web", ["10.0.0.1"], { ports })], spec).list).toEqual([expected]);
  });

  test("written for a Service without selector, or a headless one, are used alike", () => {
    expect(found([slice("web", ["10.0.0.1"])], { selector: {} }).list).toEqual(["10.0.0.1 8080"]);
    expect(found([slice("web", ["10.0.0.1"])], { clusterIP: "None" }).list).toEqual(["10.0.0.1 8080"]);
  });

  test("win over legacy Endpoints, even without a ready endpoint", () => {
    const legacy = endpoints("web", [{ addresses: ["10.9.9.9"] }]);
    expect(found([legacy, slice("web", ["10.0.0.1"])]).list).toEqual(["10.0.0.1 8080"]);
    expect(found([legacy, slice("web", [])]).list).toEqual([]);
  });

  test("of what only machines should ask are skipped with a warning", () => {
    const four = slice("web", ["10.0.0.1", "169.254.169.254", "168.63.129.16"]);
    const six = slice("web", ["fd00:ec2::254", "2001:db8::1"], { name: "web-6", addressType: "IPv6" });
    const legacy = endpoints("web", [{ addresses: ["169.254.169.254", "10.0.0.1"] }]);
    expect(found([four, six])).toMatchObject({
      list: ["10.0.0.1 8080", "2001:db8::1 8080"],
      codes: [
        "warning EndpointAddressRefused default/web-1",
        "warning EndpointAddressRefused default/web-1",
        "warning EndpointAddressRefused default/web-6",
      ],
    });
    expect(found([legacy])).toMatchObject({
      list: ["10.0.0.1 8080"],
      codes: ["warning EndpointAddressRefused default/web"],
    });
  });

  test("of addressType FQDN are skipped with a warning", () => {
    const result = found([
      slice("web", ["api.example.org"], { addressType: "FQDN" }),
      slice("web", ["10.0.0.1"], { name: "web-4" }),
    ]);
    expect(result).toMatchObject({ list: ["10.0.0.1 8080"], codes: ["warning EndpointSliceNotServed default/web-1"] });
  });

  test.each(["10.0.0", "api.example.org", "2001:db8::1", ""])("the address %j is skipped with a warning", (address) => {
    const result = found([slice("web", [address, "10.0.0.1"])]);
    expect(result).toMatchObject({ list: ["10.0.0.1 8080"], codes: ["warning EndpointAddressInvalid default/web-1"] });
  });
});

test.each([0, 65_536, -1])("a slice or subset with port %d is skipped with a warning", (port) => {
  const ports = [{ port, protocol: "TCP" }];
  expect(found([slice("web", ["10.0.0.1"], { ports }), slice("web", ["10.0.0.2"], { name: "web-2" })])).toMatchObject({
    list: ["10.0.0.2 8080"],
    codes: ["warning EndpointPortInvalid default/web-1"],
  });
  expect(found([endpoints("web", [{ addresses: ["10.0.0.1"], ports }, { addresses: ["10.0.0.2"] }])])).toMatchObject({
    list: ["10.0.0.2 8080"],
    codes: ["warning EndpointPortInvalid default/web"],
  });
});

describe("conditions", () => {
  const all = [
    { addresses: ["10.0.0.1"], conditions: { ready: true } },
    { addresses: ["10.0.0.2"], conditions: {} },
    { addresses: ["10.0.0.3"], conditions: { ready: false, serving: true, terminating: true } },
    { addresses: ["10.0.0.4"], conditions: { ready: false, serving: false, terminating: true } },
    { addresses: ["10.0.0.5"], conditions: { ready: false, serving: true } },
    { addresses: ["10.0.0.6"], conditions: { ready: false } },
  ];

  test("ready ones are used, and those that do not say", () => {
    expect(found([slice("web", all)]).list).toEqual(["10.0.0.1 8080", "10.0.0.2 8080"]);
  });

  test("while none is ready, those that shut down but serve", () => {
    expect(found([slice("web", all.slice(2))])).toMatchObject({ list: ["10.0.0.3 8080"], codes: [] });
  });

  test("publishNotReadyAddresses uses all", () => {
    expect(found([slice("web", all)], { publishNotReadyAddresses: true }).list).toHaveLength(6);
  });

  test("ready in one slice is ready", () => {
    const notReady = slice("web", [{ addresses: ["10.0.0.1"], conditions: { ready: false } }]);
    expect(found([notReady, slice("web", ["10.0.0.1"], { name: "web-2" })]).list).toEqual(["10.0.0.1 8080"]);
  });
});

describe("legacy Endpoints", () => {
  test("are used while there is no slice: all subsets, only what is ready", () => {
    const legacy = endpoints("web", [
      { addresses: ["10.0.0.1"], notReadyAddresses: ["10.0.0.2"] },
      { addresses: ["10.0.0.3"], ports: [{ port: 9090, protocol: "TCP" }] },
    ]);
    expect(found([legacy]).list).toEqual(["10.0.0.1 8080", "10.0.0.3 9090"]);
    expect(found([legacy], { publishNotReadyAddresses: true }).list).toHaveLength(3);
  });

  test("are matched by port name too", () => {
    const legacy = endpoints("web", [{ addresses: ["10.0.0.1"], ports: [named(1, "admin"), named(2, "http")] }]);
    expect(found([legacy], http).list).toEqual(["10.0.0.1 2"]);
    expect(found([legacy])).toMatchObject({ list: [], why: expect.stringContaining('"admin", "http"') });
  });

  test("with a bad address lose it", () => {
    expect(found([endpoints("web", [{ addresses: ["web", "10.0.0.1"] }])])).toMatchObject({
      list: ["10.0.0.1 8080"],
      codes: ["warning EndpointAddressInvalid default/web"],
    });
  });
});

describe("no endpoint: exactly why, and the remedy", () => {
  const notReady = (address: string) => ({ addresses: [address], conditions: { ready: false } });
  test.each<[string, Parameters<typeof found>[0], Partial<Service["spec"]>, string]>([
    ["nothing there", [], {}, "selector app=web"],
    ["nothing written by hand", [], { selector: {} }, "no selector"],
    ["an empty slice", [slice("web", [])], {}, "no usable address in its EndpointSlice"],
    ["one not ready", [slice("web", [notReady("10.0.0.1")])], {}, "1 endpoint is known, but none is ready"],
    ["two not ready", [slice("web", [notReady("10.0.0.1"), notReady("10.0.0.2")])], {}, "2 endpoints are known"],
    [
      "another port name",
      [slice("web", ["10.0.0.1"], { ports: [named(1, "web")] })],
      http,
      'no TCP port named "http" in its EndpointSlice (there: "web")',
    ],
    ["a name missing in the slice", [slice("web", ["10.0.0.1"])], http, "one without name"],
    [
      "a name missing in the Service",
      [slice("web", ["10.0.0.1"], { ports: [named(1, "web")] })],
      {},
      "no TCP port without name",
    ],
    ["another protocol", [slice("web", ["10.0.0.1"], { ports: [named(1, "http", "UDP")] })], http, "no TCP port"],
    ["no ports and a targetPort by name", [slice("web", ["10.0.0.1"], { ports: [] })], http, 'targetPort "web"'],
  ])("%s", (_, objects, spec, why) => {
    const result = found(objects, spec);
    expect(result).toMatchObject({ list: [], codes: [EMPTY] });
    expect(result.why).toContain(why);
    expect(result.why).toContain("--map default/web:80=HOST:PORT");
  });
});
