import { type Command, InvalidArgumentError, Option } from "commander";
import type { DataPlaneOptions } from "../data-plane/data-plane.ts";
import { readRange } from "../address-range.ts";
import { EVERYBODY, TrustedRanges } from "../data-plane/http/trusted-ranges.ts";

/** Flags about load balancers and proxies between clients and us; the names are those of ingress-nginx's ConfigMap. */
export interface FrontFlags {
  readonly useProxyProtocol: boolean;
  readonly useForwardedHeaders: boolean;
  readonly proxyRealIpCidr?: readonly string[];
  readonly forwardedForHeader?: string;
  readonly computeFullForwardedFor: boolean;
}

export function addFrontFlags(command: Command): Command {
  return command
    .option(
      "--use-proxy-protocol",
      "connections of trusted load balancers must begin with a PROXY header, version 1 or 2, which says who the client is",
      false,
    )
    .option(
      "--use-forwarded-headers",
      "believe the X-Forwarded-For, -Proto, -Host and -Port of trusted load balancers and proxies",
      false,
    )
    .addOption(
      new Option(
        "--proxy-real-ip-cidr <ranges>",
        `addresses and ranges of the load balancers and proxies that are trusted, with commas between, repeatable (default: ${EVERYBODY.join(",")}, everybody)`,
      ).argParser(parseRanges),
    )
    .addOption(
      new Option(
        "--forwarded-for-header <name>",
        "with --use-forwarded-headers: the field with the client's address (default: X-Forwarded-For)",
      ).argParser(parseFieldName),
    )
    .option(
      "--compute-full-forwarded-for",
      "with --use-forwarded-headers: send upstreams the whole chain of addresses as X-Forwarded-For, not the client's alone",
      false,
    );
}

/** What the flags mean for the data plane. */
export function frontOptions(
  flags: FrontFlags,
): Pick<DataPlaneOptions, "proxyProtocol" | "forwardedHeaders" | "trustedRanges"> {
  const { proxyRealIpCidr, forwardedForHeader, computeFullForwardedFor } = flags;
  const forwardedHeaders = {
    full: computeFullForwardedFor,
    ...(forwardedForHeader === undefined ? {} : { field: forwardedForHeader }),
  };
  return {
    ...(flags.useProxyProtocol ? { proxyProtocol: true } : {}),
    ...(flags.useForwardedHeaders ? { forwardedHeaders } : {}),
    ...(proxyRealIpCidr === undefined ? {} : { trustedRanges: proxyRealIpCidr }),
  };
}

/** Tells whether connections from an address must begin with a PROXY header. */
export function mustSendHeader({ useProxyProtocol, proxyRealIpCidr }: FrontFlags): (address: string) => boolean {
  const trusted = new TrustedRanges(proxyRealIpCidr ?? EVERYBODY);
  return (address) => useProxyProtocol && trusted.has(address);
}

/** What the operator should hear of these flags. */
export function frontWarnings(flags: FrontFlags): string[] {
  const { useProxyProtocol, useForwardedHeaders, forwardedForHeader, computeFullForwardedFor } = flags;
  const warnings: string[] = [];
  const everybody = (flags.proxyRealIpCidr ?? EVERYBODY).some((range) => /\/0+$/.test(range));
  if (everybody && (useProxyProtocol || useForwardedHeaders)) {
    warnings.push(
      "anybody who can connect is believed about the client's address, while --proxy-real-ip-cidr is everybody: " +
        "name your load balancers there, for example 10.0.0.0/8",
    );
  }
  if (!useForwardedHeaders && (forwardedForHeader !== undefined || computeFullForwardedFor)) {
    const flag = computeFullForwardedFor ? "--compute-full-forwarded-for" : "--forwarded-for-header";
    warnings.push(`${flag} has no effect without --use-forwarded-headers`);
  }
  return warnings;
}

function parseRanges(text: string, previous: readonly string[] = []): readonly string[] {
  const ranges = text.split(",").map((range) => range.trim());
  const wrong = ranges.find((range) => readRange(range) === null);
  if (wrong === undefined) return [...previous, ...ranges];
  throw new InvalidArgumentError(`${JSON.stringify(wrong)} is neither an address nor a range such as 10.0.0.0/8.`);
}

function parseFieldName(text: string): string {
  if (/^[A-Za-z0-9-]+$/.test(text)) return text;
  throw new InvalidArgumentError("Give the name of a field, for example CF-Connecting-IP.");
}
