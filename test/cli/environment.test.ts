import { Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { applyEnvironment } from "../../src/cli/environment.ts";
import { addServeFlags, type ServeFlags } from "../../src/cli/options.ts";
import { stateFolder, variableOf } from "../../src/settings.ts";

function flagsOf(args: readonly string[], environment: Readonly<Record<string, string>>): ServeFlags {
  const command = addServeFlags(new Command("dev"), ["ts-ingress"])
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(args, { from: "user" });
  applyEnvironment(command, environment);
  return command.opts<ServeFlags>();
}

test("a variable stands for each flag, and the flag wins", () => {
  const environment = {
    TS_INGRESS_HTTP_PORT: "0",
    TS_INGRESS_HTTPS_PORT: "9443",
    TS_INGRESS_BIND: "0.0.0.0",
    TS_INGRESS_LOG_FORMAT: "json",
    TS_INGRESS_INGRESS_CLASS: "nginx, ts-ingress",
    TS_INGRESS_MAP: "shop/web:80=127.0.0.1:3000",
    TS_INGRESS_ENABLE_METRICS: "false",
    TS_INGRESS_TIME_BUCKETS: "0.5,1",
  };
  expect(flagsOf(["--https-port", "1234"], environment)).toMatchObject({
    enableMetrics: false,
    timeBuckets: [0.5, 1],
    httpPort: 0,
    httpsPort: 1234,
    drainDelay: 0,
    workers: 1,
    bind: "0.0.0.0",
    watch: true,
    strictPaths: false,
    useProxyProtocol: false,
    useForwardedHeaders: false,
    computeFullForwardedFor: false,
    logFormat: "json",
    ingressClass: ["nginx", "ts-ingress"],
    map: [{ namespace: "shop", service: "web", port: "80", to: { host: "127.0.0.1", port: 3000 } }],
  });
});

test("repeatable flags on the command line replace the variable's list", () => {
  const flags = flagsOf(["--ingress-class", "a", "--ingress-class", "b"], { TS_INGRESS_INGRESS_CLASS: "c" });
  expect(flags.ingressClass).toEqual(["a", "b"]);
});

test.each([
  ["false", false],
  ["0", false],
  ["no", false],
  ["TRUE", true],
  ["1", true],
])("TS_INGRESS_WATCH=%s", (text, watch) => {
  expect(flagsOf([], { TS_INGRESS_WATCH: text }).watch).toBe(watch);
});

test("--no-watch wins over the variable, and an empty variable says nothing", () => {
  expect(flagsOf(["--no-watch"], { TS_INGRESS_WATCH: "true" }).watch).toBe(false);
  expect(flagsOf([], { TS_INGRESS_WATCH: "", TS_INGRESS_HTTP_PORT: "" }).httpPort).toBeUndefined();
});

test.each([
  [{ TS_INGRESS_HTTP_PORT: "http" }, "TS_INGRESS_HTTP_PORT"],
  [{ TS_INGRESS_LOG_FORMAT: "xml" }, "TS_INGRESS_LOG_FORMAT"],
  [{ TS_INGRESS_WATCH: "maybe" }, "TS_INGRESS_WATCH"],
  [{ TS_INGRESS_MAP: "nonsense" }, "TS_INGRESS_MAP"],
])("a wrong value is wrong usage and names the variable: %j", (environment, variable) => {
  expect(() => flagsOf([], environment)).toThrow(CommanderError);
  expect(() => flagsOf([], environment)).toThrow(variable);
});

test("the state folder follows XDG, which ignores relative paths", () => {
  expect(stateFolder({ XDG_STATE_HOME: "/var/state" })).toBe("/var/state/ts-ingress");
  expect(stateFolder({ XDG_STATE_HOME: "state" })).toMatch(/\.local\/state\/ts-ingress$/);
  expect(variableOf("admin-port")).toBe("TS_INGRESS_ADMIN_PORT");
});
