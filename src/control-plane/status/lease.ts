/** coordination.k8s.io/v1 Lease, as far as an election needs it. */
export interface Lease {
  readonly apiVersion: "coordination.k8s.io/v1";
  readonly kind: "Lease";
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly spec: LeaseSpec;
}

export interface LeaseSpec {
  /** Empty where the last holder gave it back. */
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number | null;
  /** MicroTime; written for people alone: clocks differ, so nobody decides by it. */
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
  readonly leaseTransitions?: number | null;
}

/** meta/v1 MicroTime: RFC 3339 with six digits of a second. */
function microTime(date: Date): string {
  return date.toISOString().replace("Z", "000Z");
}

/** What the holder of a lease writes: it took it, or has it still. @param seconds how long it is good for without another word */
export function heldLease(lease: Lease, identity: string, seconds: number, now: Date): Lease {
  const { spec } = lease;
  const kept = spec.holderIdentity === identity;
  return {
    ...lease,
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: seconds,
      acquireTime: kept ? (spec.acquireTime ?? microTime(now)) : microTime(now),
      renewTime: microTime(now),
      leaseTransitions: (spec.leaseTransitions ?? 0) + (kept ? 0 : 1),
    },
  };
}

/** A lease that nobody holds: the next to ask has it at once. */
export function freedLease(lease: Lease, now: Date): Lease {
  return { ...lease, spec: { ...lease.spec, holderIdentity: "", leaseDurationSeconds: 1, renewTime: microTime(now) } };
}
