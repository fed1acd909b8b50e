import * as fc from "fast-check";
import type { Draft } from "../fake/object.ts";
import { DRAFTS } from "./gateway-drafts.ts";
import { anyStep, type Cast, type Step } from "./step.ts";

/** Who changes in histories of a gateway; of each kind "z" is there as well. Secret "d" and Service "b" are the defaults that flags name. */
export const CAST: Cast = {
  ingresses: ["a", "b", "c", "other/a"],
  ingressclasses: ["k", "l"],
  services: ["a", "b", "other/a"],
  endpointslices: ["a", "b", "other/a"],
  secrets: ["t", "u", "o", "d", "other/o"],
  configmaps: ["c"],
  namespaces: ["other"],
};

/** One thing that happens to a cluster, to a gateway in it, or between them. */
export type GatewayStep = Step | OfGateway;

/** Of these the gateway takes part. */
export type OfGateway =
  /** All goes well for a while: all is known, and held against what is there. */
  | { readonly do: "settle" }
  /** The gateway ends and another begins; another pod leads. */
  | { readonly do: "restart" }
  | { readonly do: "succeed" }
  /** A worker begins, in the place of another or beside; gets what was sent; does not get the next of it. */
  | { readonly do: "begin"; readonly worker: number }
  | { readonly do: "deliver"; readonly worker: number }
  | { readonly do: "lose"; readonly worker: number }
  /** Clients reach us elsewhere; somebody else writes into the status of an Ingress. */
  | { readonly do: "move" }
  | { readonly do: "meddle"; readonly name: string }
  /** The webhook is asked about an Ingress that is not stored, or not yet so. */
  | { readonly do: "review"; readonly name: string; readonly draft: Draft };

const name = fc.constantFrom(...(CAST["ingresses"] ?? []));

/** Most of them end with everything that must hold then; so long a history that some of it has settled before. */
export const gatewaySteps: fc.Arbitrary<GatewayStep[]> = fc.array(
  fc.oneof<fc.WeightedArbitrary<GatewayStep>[]>(
    ...anyStep(CAST, DRAFTS).map((one, index) => (index === 0 ? { ...one, weight: 22 } : one)),
    { weight: 6, arbitrary: fc.constant({ do: "settle" } as const) },
    { weight: 8, arbitrary: fc.constant({ do: "wait", milliseconds: 100 } as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...(["restart", "succeed", "move"] as const).map((what) => ({ do: what }))),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom("begin" as const, "deliver", "lose"), fc.nat(1))
        .map(([what, worker]) => ({ do: what, worker })),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("meddle" as const), name }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("review" as const),
        name,
        draft: DRAFTS["ingresses"] as fc.Arbitrary<Draft>,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("fault" as const),
        of: fc.constantFrom("ingresses", "events"),
        verb: fc.constantFrom("patch" as const, "create"),
        fault: fc.constantFrom({ status: 409 }, { status: 500 }, { status: 403 }, "reset" as const, "cut" as const),
      }),
    },
  ),
  { minLength: 1, maxLength: 60, size: "max" },
);
