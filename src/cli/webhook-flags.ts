import { isIP } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { Known } from "../control-plane/admission/admission.ts";
import {
  certificateFromFiles,
  certificateOfOurOwn,
  type CertificateSource,
} from "../control-plane/admission/certificate-source.ts";
import { ValidatingWebhook } from "../control-plane/admission/validating-webhook.ts";
import type { OnReviewed } from "../control-plane/admission/webhook-server.ts";
import type { ApiServer } from "../control-plane/kubernetes/api-server.ts";
import { namedBy } from "../control-plane/resources/resource-key.ts";
import { systemTimers } from "../control-plane/timers.ts";
import type { Log } from "../log.ts";
import { podAround } from "../settings.ts";
import { parseObjectName, portOf } from "./flag-values.ts";
import { Problem } from "./problem.ts";

interface WebhookAddress {
  readonly host?: string;
  readonly port: number;
}

/** Flags of the validating webhook; the first three are those of ingress-nginx. */
export interface WebhookFlags {
  readonly validatingWebhook?: WebhookAddress;
  readonly validatingWebhookCertificate?: string;
  readonly validatingWebhookKey?: string;
  readonly validatingWebhookService?: string;
  readonly validatingWebhookSecret?: string;
  readonly validatingWebhookConfiguration: string;
}

/** Of the Service and of the Secret, in the namespace of our pod. */
const OURS = "ts-ingress-webhook";

export function addWebhookFlags(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--validating-webhook <address>",
        "where the API server may ask about Ingresses, for example :9443 (default: nowhere)",
      ).argParser(parseListen),
    )
    .option(
      "--validating-webhook-certificate <file>",
      "its certificate, PEM (default: one of our own, kept in a Secret)",
    )
    .option("--validating-webhook-key <file>", "the key of that, PEM")
    .addOption(
      new Option(
        "--validating-webhook-service <namespace/name>",
        `its Service, for a certificate of our own (default: ${OURS} beside us)`,
      ).argParser(parseObjectName),
    )
    .addOption(
      new Option(
        "--validating-webhook-secret <namespace/name>",
        `the Secret for that certificate (default: ${OURS} beside us)`,
      ).argParser(parseObjectName),
    )
    .option(
      "--validating-webhook-configuration <name>",
      "the ValidatingWebhookConfiguration that is told its authority",
      "ts-ingress",
    );
}

/** The webhook, not started yet; null where none is asked for. @throws {Problem} where two flags contradict each other */
export function validatingWebhook(
  flags: WebhookFlags,
  api: ApiServer,
  known: () => Known | null,
  onReviewed: OnReviewed,
  log: Log,
): ValidatingWebhook | null {
  const { validatingWebhook: address } = flags;
  if (address === undefined) return null;
  const onProblem = (message: string): void => log("warning", message);
  return new ValidatingWebhook({
    address,
    certificate: sourceOf(flags, api),
    known,
    timers: systemTimers,
    onReviewed,
    onProblem,
  });
}

function sourceOf(flags: WebhookFlags, api: ApiServer): CertificateSource {
  const { validatingWebhookCertificate: chain, validatingWebhookKey: key } = flags;
  if (chain !== undefined && key !== undefined) return certificateFromFiles(chain, key);
  if (chain !== undefined || key !== undefined) {
    throw new Problem(
      "The webhook's certificate and key go together.",
      "Give both --validating-webhook-certificate and --validating-webhook-key, or neither.",
    );
  }
  const besideUs = { namespace: podAround()?.namespace ?? api.namespace ?? "default", name: OURS };
  return certificateOfOurOwn(api, {
    secret: objectOf(flags.validatingWebhookSecret) ?? besideUs,
    service: objectOf(flags.validatingWebhookService) ?? besideUs,
    configuration: flags.validatingWebhookConfiguration,
  });
}

function objectOf(text: string | undefined): { readonly namespace: string; readonly name: string } | null {
  return text === undefined ? null : namedBy(text);
}

/** ":9443", "127.0.0.1:9443", "[::1]:9443" */
function parseListen(text: string): WebhookAddress {
  const [, written = "", digits = ""] = /^(.*):(\d+)$/.exec(text) ?? [];
  const host = written.replace(/^\[(.*)\]$/, "$1");
  const port = portOf(digits);
  if (port !== null && (host === "" || isIP(host) !== 0)) return host === "" ? { port } : { host, port };
  throw new InvalidArgumentError("Give a port, with an address before it or not, for example :9443.");
}
