import { Command, CommanderError } from "commander";
import { expect, test } from "vitest";
import { addMetricsFlags, type MetricsFlags, metricsOptions } from "../../src/cli/metrics-flags.ts";

function flagsOf(compat: MetricsFlags["metricsCompat"], ...args: readonly string[]): MetricsFlags {
  const command = addMetricsFlags(new Command("dev"), compat)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: "user" }).opts<MetricsFlags>();
}

const optionsOf = (...args: readonly string[]) => metricsOptions(flagsOf("none", ...args), "k8s.io/x", () => 0);

test("our own metrics are there without a flag, those of ingress-nginx where they are asked for", () => {
  expect(optionsOf()?.meter.ingressNginx).toBeNull();
  const asked = { perHost: true, perUndefinedHost: false, statusClasses: false };
  expect(optionsOf("--metrics-compat=ingress-nginx")?.meter.ingressNginx).toEqual(asked);
  expect(metricsOptions(flagsOf("ingress-nginx"), "k8s.io/x", () => 0)?.meter.ingressNginx).toEqual(asked);
  expect(optionsOf("--enable-metrics=false")).toBeUndefined();
  expect(optionsOf("--enable-metrics", "--enable-metrics=true")?.identity.className).toBe("k8s.io/x");
});

test("the flags of ingress-nginx mean what they mean there", () => {
  const options = optionsOf(
    "--metrics-compat=ingress-nginx",
    "--metrics-per-host=false",
    "--report-status-classes",
    "--time-buckets=0.1,1, 2.5",
    "--length-buckets=1",
    "--size-buckets=1e3,1e6",
    "--metrics-max-series=7",
  );
  expect(options?.meter.ingressNginx).toEqual({ perHost: false, perUndefinedHost: false, statusClasses: true });
  expect(options?.meter.buckets).toEqual({ time: [0.1, 1, 2.5], length: [1], size: [1000, 1e6] });
  expect(options?.meter.mostSeries).toBe(7);
});

test("flags that contradict each other, or are none, are refused with a word", () => {
  expect(() => optionsOf("--metrics-per-host=false", "--metrics-per-undefined-host")).toThrow(
    /--metrics-per-host=false/,
  );
  for (const wrong of [
    "--time-buckets=2,1",
    "--time-buckets=",
    "--size-buckets=1,,2",
    "--length-buckets=0,1",
    "--enable-metrics=maybe",
    "--metrics-max-series=0",
    "--metrics-compat=nginx",
  ]) {
    expect(() => flagsOf("none", wrong), wrong).toThrow(CommanderError);
  }
});
