// Writes a development authority and a certificate for the names given: `npm run certs -- --help`.
import { access, chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { DevelopmentAuthority } from "../src/certificates/development-authority.ts";

const USAGE = `Usage: npm run certs [-- [--force] [--out FOLDER] NAME…]

Makes a certificate for the names given (DNS names, wildcards, IP addresses; default: ${defaultNames().join(" ")})
and, the first time, a development authority that signs it. Written to certs/, where git ignores them.

  --force       overwrite the certificate of the same first name (the authority stays)
  --out FOLDER  write there instead
  -h, --help    this text
`;

process.exitCode = await main(process.argv.slice(2));

async function main(words: string[]): Promise<number> {
  let read;
  try {
    read = parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        force: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        out: { type: "string", default: import.meta.dirname },
      },
    });
  } catch (error) {
    return wrong(error);
  }
  const { values, positionals } = read;
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const names = positionals.length === 0 ? defaultNames() : positionals;
  return make(names, path.resolve(values.out), values.force);
}

async function make(names: readonly string[], folder: string, force: boolean): Promise<number> {
  const first = names[0] ?? "";
  // As mkcert names them: "*" and ":" are not for file names.
  const stem = path.join(
    folder,
    first
      .toLowerCase()
      .replace("*", "_wildcard")
      .replaceAll(/[^a-z0-9._-]/g, "_"),
  );
  const [certificate, key] = [`${stem}.crt`, `${stem}.key`];
  if (!force && ((await exists(certificate)) || (await exists(key)))) {
    process.stderr.write(`${shown(certificate)} or its key is there already; --force overwrites both.\n`);
    return 1;
  }
  let authority;
  let pair;
  try {
    authority = await DevelopmentAuthority.open(folder);
    pair = await authority.issue(names);
  } catch (error) {
    return wrong(error);
  }
  if (authority.replaced !== null) process.stderr.write(`New authority, trust it anew. ${authority.replaced}\n`);
  await writeFile(key, pair.privateKey, { mode: 0o600 });
  // The mode above is for new files only.
  await chmod(key, 0o600);
  await writeFile(certificate, pair.chain);
  process.stdout.write(
    `authority    ${shown(authority.certificateFile)}\n` +
      `certificate  ${shown(certificate)}  (${names.join(", ")})\n` +
      `key          ${shown(key)}\n\n` +
      `curl --cacert ${shown(authority.certificateFile)} https://${urlHost(first)}:8443/\n`,
  );
  return 0;
}

function defaultNames(): string[] {
  return ["localhost", "*.localhost", "127.0.0.1", "::1"];
}

function wrong(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith("..") ? file : relative;
}

function urlHost(name: string): string {
  if (name.includes(":")) return `[${name}]`;
  return name.replace("*", "www");
}
