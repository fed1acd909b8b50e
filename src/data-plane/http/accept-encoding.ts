import { listMembers } from "./grammar.ts";

/** RFC 9110 §12.5.3 and §12.4.2: `codings [ OWS ";" OWS "q=" qvalue ]`, in lower case. */
const MEMBER = /^([!#$%&'*+\-.^_`|~0-9a-z]+)(?:[\t ]*;[\t ]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?$/;
const CODING = /^[^\t ;]+/;

/**
 * The content coding for a client that sent these Accept-Encoding fields (RFC 9110 §12.5.3), or null for none (identity).
 * The heaviest wins, among equals the first of `offered`, and a coding wins over identity. A client that says nothing gets identity: what
 * it cannot read is worse than what is long. So does one that accepts nothing we have, identity included (§12.5.3 allows it).
 * A member with a malformed weight counts as refused; of a coding named twice the first counts.
 *
 * @param fields one value a field line
 * @param offered lower case, in order of preference
 */
export function chooseCoding<Coding extends string>(
  fields: readonly string[],
  offered: readonly Coding[],
): Coding | null {
  const weights = readWeights(fields);
  const others = weights.get("*");
  let best: Coding | null = null;
  let heaviest = 0;
  for (const coding of offered) {
    const weight = weights.get(coding) ?? others ?? 0;
    if (weight <= heaviest) continue;
    best = coding;
    heaviest = weight;
  }
  // Where identity is not named it is acceptable, but less than what is.
  return heaviest >= (weights.get("identity") ?? others ?? 0) ? best : null;
}

function readWeights(fields: readonly string[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const member of fields.flatMap(listMembers)) {
    const match = MEMBER.exec(member);
    const coding = canonical(match?.[1] ?? CODING.exec(member)?.[0] ?? "");
    if (coding === "" || weights.has(coding)) continue;
    weights.set(coding, match === null ? 0 : Number(match[2] ?? 1));
  }
  return weights;
}

/** RFC 9110 §8.4.1.3. */
function canonical(coding: string): string {
  return coding === "x-gzip" ? "gzip" : coding;
}
