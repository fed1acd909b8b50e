import { makePair } from "../../support/make-pair.ts";

/** What a Secret may hold, and what is known of that without reading it. */
export interface SecretContent {
  readonly type: string;
  readonly data: Readonly<Record<string, string>>;
  /** Names that its certificate is for; null: it has no certificate with its key. */
  readonly names: readonly string[] | null;
  readonly hasAuthority: boolean;
}

const TLS = "kubernetes.io/tls";

async function make(): Promise<SecretContent[]> {
  const NAMES = [["a.t.test", "b.t.test", "z.t.test"], ["*.t.test"], ["b.t.test", "d.t.test"]];
  const [first, wide, second] = (await Promise.all(NAMES.map(makePair))) as [Pair, Pair, Pair];
  const [authority, other] = [{ "ca.crt": first["tls.crt"] }, { "ca.crt": wide["tls.crt"] }];
  const content = (type: string, data: Record<string, string>, names: string[] | null): SecretContent => ({
    type,
    data,
    names,
    hasAuthority: data["ca.crt"] !== undefined && data["ca.crt"] !== "nonsense",
  });
  return [
    content(TLS, { ...first }, NAMES[0] ?? null),
    content(TLS, { ...wide, ...authority }, NAMES[1] ?? null),
    content(TLS, { ...second }, NAMES[2] ?? null),
    content(TLS, { ...first, "tls.key": wide["tls.key"] }, null),
    content("Opaque", authority, null),
    content("Opaque", other, null),
    content("Opaque", { auth: "somebody:$apr1$x$y", "ca.crt": "nonsense" }, null),
    content("Opaque", { ...second, ...other }, NAMES[2] ?? null),
  ];
}

type Pair = Record<"tls.crt" | "tls.key", string>;

let made: Promise<SecretContent[]> | undefined;

/** Made once: by its number in a draft of a Secret. */
export function secretContents(): Promise<readonly SecretContent[]> {
  return (made ??= make());
}

/** What is known of a Secret as it was read. */
export function contentOf(
  contents: readonly SecretContent[],
  data: Readonly<Record<string, string>>,
): Pick<SecretContent, "names" | "hasAuthority"> {
  const same = contents.find(
    (one) => one.data["tls.crt"] === data["tls.crt"] && one.data["tls.key"] === data["tls.key"],
  );
  const authority = data["ca.crt"];
  return {
    names: same?.names ?? null,
    hasAuthority: contents.some((one) => one.hasAuthority && one.data["ca.crt"] === authority),
  };
}
