import { Contest, overlapOf, surpriseOf } from "./contest.ts";
import { TTL, type Contender } from "./contender.ts";
import { INGRESSES, type Contest as History } from "./contest-step.ts";

/** Times to live after which all is as it should be, when nothing goes wrong any more and all clocks are at most a fifth slow. */
const BOUND = 3;

/**
 * Has some contend for leadership through a history; afterwards all goes well again.
 * @throws two led at once for longer than their clocks explain, somebody wrote who did not lead, or in the end nobody leads, somebody else does
 * again, a status or an Event is not there, or is written again and again
 */
export async function contend({ rates, steps }: History): Promise<void> {
  const contest = await Contest.start(rates);
  const watch = new Referee(contest);
  contest.onTick = () => watch.look();
  try {
    for (const step of steps) {
      await contest.take(step);
      watch.hear(step);
    }
    await contest.calm();
    watch.hear({ do: "continue", who: 0 });
    await contest.pass(BOUND * TTL);
    const [leader, ...more] = contest.contenders.filter(({ leads }) => leads);
    if (leader === undefined || more.length > 0)
      throw new Error(`${leader === undefined ? 0 : 1 + more.length} lead in the end`);
    checkTold(contest);
    const written = watch.written();
    await contest.pass(TTL);
    if (!leader.leads) throw new Error("leadership goes on changing hands");
    if (watch.written() !== written) throw new Error("what is said already is written again");
    checkTold(contest);
  } finally {
    await contest.close();
  }
}

function checkTold(contest: Contest): void {
  for (const name of INGRESSES) {
    const said = contest.addressOf(name);
    if (said !== contest.address) throw new Error(`the status of ${name} is ${said}, not ${contest.address}`);
  }
  const events = new Set(
    contest.fake
      .collection("events")
      .list()
      .map(({ metadata }) => metadata.name),
  );
  const missing = contest.due.filter((name) => !events.has(name));
  if (missing.length > 0) throw new Error(`${missing.length} Events are missing`);
}

/** Milliseconds that a request may be under way, in the time of a contest: how fast that goes is nobody's business. */
const UNDER_WAY = 5_000;

/** Looks after each tick whether those who lead may. */
class Referee {
  readonly #contest: Contest;
  /** Since when two have led at once, in milliseconds. */
  #two: number | null = null;
  /** Until when somebody may not know yet that it does not lead any more. */
  #surprised = 0;
  #heard = 0;

  constructor(contest: Contest) {
    this.#contest = contest;
  }

  /** What has two lead at once, and no clock can help it: a Lease that is deleted, a process that stood still. */
  hear(step: { readonly do: string; readonly who?: number }): void {
    if (step.do !== "delete" && step.do !== "continue") return;
    const longest = Math.max(...this.#contest.contenders.map(({ rate }) => surpriseOf(rate)));
    this.#surprised = this.#contest.now + longest;
  }

  look(): void {
    const { contenders, now } = this.#contest;
    this.#checkWrites();
    const leaders = contenders.filter((one) => one.leads && !one.stopped);
    if (leaders.length < 2 || now < this.#surprised) {
      this.#two = null;
      return;
    }
    this.#two ??= now;
    if (now - this.#two > longestOverlap(leaders)) {
      throw new Error(`${leaders.map(({ identity }) => identity).join(" and ")} lead at once`);
    }
  }

  /** How many statuses and Events were written until now. */
  written(): number {
    return this.#contest.fake.seen.filter(isWrite).length;
  }

  #checkWrites(): void {
    const { contenders, fake, now } = this.#contest;
    for (const one of contenders) if (one.leads) one.ledAt = now;
    for (const seen of fake.seen.slice(this.#heard)) {
      const by = contenders.find(({ identity }) => identity === seen.token);
      if (isWrite(seen) && by !== undefined && now - by.ledAt > UNDER_WAY)
        throw new Error(`${by.identity} wrote ${seen.path} and did not lead`);
    }
    this.#heard = fake.seen.length;
  }
}

function isWrite({ resource, verb }: { readonly resource: string; readonly verb: string }): boolean {
  return resource !== "leases" && ["create", "update", "patch"].includes(verb);
}

function longestOverlap(leaders: readonly Contender[]): number {
  const pairs = leaders.flatMap((one) =>
    leaders.filter((other) => other !== one).map((other) => overlapOf(one.rate, other.rate)),
  );
  return Math.max(...pairs);
}
