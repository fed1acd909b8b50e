import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { onTestFinished } from "vitest";
import { ManifestFolder } from "../../src/control-plane/sources/manifest-folder.ts";
import { type Gateway, type GatewayOptions, startGateway } from "../../src/gateway.ts";
import { temporaryFolder } from "../cli/run-cli.ts";
import { Waiting } from "./waiting.ts";

/** Any free port of loopback. */
export const LOOPBACK = { host: "127.0.0.1", port: 0 };

/** Serves Ingresses of the class ts-ingress, and those without one. */
export const TRANSLATE = {
  ingressClasses: ["ts-ingress"],
  serveWithoutClass: true,
  maps: [],
  allowLoopbackNames: true,
};

export interface FolderGateway {
  readonly gateway: Gateway;
  readonly folder: string;
  /** Ports; 0 where a listener was not asked for. */
  readonly http: number;
  readonly https: number;
  readonly admin: number;
  readonly health: number;
  /** Lines of the workers' access logs. */
  readonly lines: readonly string[];
  /** What was told by `onProblem`. */
  readonly problems: readonly string[];
  /** Waits until something is so that a snapshot, a line or a problem makes so. */
  readonly until: (what: string, ready: () => boolean) => Promise<void>;
  /** Puts a file into the folder, or another in its place, at once and whole. */
  readonly write: (name: string, text: string) => Promise<void>;
  /** Removes a file of the folder. */
  readonly remove: (name: string) => Promise<void>;
}

/**
 * Both planes, serving a folder of manifests over plain HTTP unless `options` say more. Closed when the test is over.
 * @param files text by name
 */
export async function startFolderGateway(
  files: Readonly<Record<string, string>>,
  options: Partial<GatewayOptions> = {},
): Promise<FolderGateway> {
  const folder = await temporaryFolder(files);
  const lines: string[] = [];
  const problems: string[] = [];
  const waiting = new Waiting();
  const told = (list: string[], text: string): void => {
    list.push(text);
    waiting.changed();
  };
  const { workers, onPublished } = options;
  const gateway = await startGateway({
    sources: [new ManifestFolder(folder)],
    translate: TRANSLATE,
    quiet: 1,
    http: LOOPBACK,
    allowLoopbackNames: true,
    onProblem: (message) => told(problems, message),
    ...options,
    ...(workers === undefined ? {} : { workers: { onLine: (line: string) => told(lines, line), ...workers } }),
    onPublished: (published) => {
      onPublished?.(published);
      waiting.changed();
    },
  });
  onTestFinished(() => gateway.close());
  const { http, https, admin, health } = gateway.ports;
  return {
    gateway,
    folder,
    http: http ?? 0,
    https: https ?? 0,
    admin: admin ?? 0,
    health: health ?? 0,
    lines,
    problems,
    until: (what, ready) => waiting.until(what, ready),
    async write(name, text) {
      const file = path.join(folder, name);
      await writeFile(`${file}.unfinished`, text);
      await rename(`${file}.unfinished`, file);
    },
    remove: (name) => rm(path.join(folder, name)),
  };
}
