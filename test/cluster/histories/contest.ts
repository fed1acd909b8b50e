import { resourceSet } from "../../../src/control-plane/resources/resource-set.ts";
import { eventName } from "../../../src/control-plane/status/event.ts";
import { sayingsOf } from "../../../src/control-plane/status/sayings.ts";
import type { Told } from "../../../src/control-plane/status/status.ts";
import type { Diagnostic } from "../../../src/control-plane/translate/diagnostic.ts";
import { ingress } from "../../support/resources.ts";
import { FakeApiServer } from "../fake/fake-api-server.ts";
import { Contender, textOf, TTL } from "./contender.ts";
import { INGRESSES, type ContestStep } from "./contest-step.ts";

type Order = ContestStep & { readonly who: number };

/** Milliseconds by which time goes on. */
const TICK = 500;
const TURNS = 20;

/** Some who contend for leadership before one API server, and a time that passes for each of them in its own way. */
export class Contest {
  readonly fake: FakeApiServer;
  /** Milliseconds since the beginning. */
  now = 0;
  /** Called after each tick. */
  onTick: () => void = () => undefined;
  contenders: Contender[];
  readonly #rates: readonly number[];
  readonly #isolated = new Set<number>();
  #away = false;
  #started = 0;
  #address = 1;
  #trouble = 0;
  #hurry = Promise.withResolvers<void>();

  private constructor(fake: FakeApiServer, rates: readonly number[]) {
    this.fake = fake;
    this.#rates = rates;
    for (const name of INGRESSES) fake.put("ingresses", { metadata: { name }, spec: { v: 0 } });
    this.#move();
    this.contenders = rates.map((_, who) => this.#contender(who));
    this.#admit();
    for (const one of this.contenders) one.publish(this.told);
  }

  static async start(rates: readonly number[]): Promise<Contest> {
    return new Contest(await new FakeApiServer().start(), rates);
  }

  /** Where clients reach the gateways, now. */
  get address(): string {
    return `203.0.113.${this.#address}`;
  }

  /** The status of an Ingress. */
  addressOf(name: string): string {
    const stored = this.fake.collection("ingresses").get("default", name)["status"];
    const { loadBalancer } = (stored ?? {}) as { loadBalancer?: { ingress?: { ip: string }[] } };
    return (loadBalancer?.ingress ?? []).map(({ ip }) => ip).join(" ");
  }

  /** What is served, and what is wrong with it. */
  get told(): Told {
    const stored = this.fake.collection("ingresses").list();
    const ingresses = stored.map(({ metadata }) => {
      const one = ingress(`default/${metadata.name}`);
      return { ...one, metadata: { ...one.metadata, uid: metadata.uid } };
    });
    const diagnostics = INGRESSES.map((name): Diagnostic => ({
      severity: "error",
      code: "ServiceNotFound",
      scope: "reference",
      object: { kind: "Ingress", namespace: "default", name },
      message: `there is no Service default/web-${this.#trouble}`,
      remedy: "Create it",
    }));
    return { ours: INGRESSES.map((name) => `default/${name}`), diagnostics, resources: resourceSet(ingresses) };
  }

  /** Names of the Events that have to be there. */
  get due(): string[] {
    const { diagnostics, resources } = this.told;
    return sayingsOf(diagnostics, resources).map(eventName);
  }

  async take(step: ContestStep): Promise<void> {
    const { fake } = this;
    if ("who" in step) this.#order(step.do, step.who);
    else if (step.do === "pass") await this.pass(step.seconds * 1000);
    else if (step.do === "fault") fake.fault({ ...step, resource: step.on });
    else if (step.do === "slow") fake.fault({ ...step, resource: step.on, fault: { after: this.#hurry.promise } });
    else if (step.do === "hurry") this.#hurryUp();
    else if (step.do === "away" || step.do === "back") await this.#go(step.do === "away");
    else if (step.do === "delete") {
      if (fake.collection("leases").has("default", "leader")) fake.remove("leases", "leader");
    } else if (step.do === "move") this.#move();
    else if (step.do === "diagnose") this.#trouble += 1;
    else if (step.do === "meddle" || step.do === "again" || step.do === "respec") this.#touch(step.do, step.name);
  }

  /** From now on all goes well, and somebody runs. */
  async calm(): Promise<void> {
    this.fake.faults.clear();
    this.#hurryUp();
    await this.#go(false);
    this.#isolated.clear();
    this.#admit();
    for (const one of this.contenders) one.stopped = false;
    if (this.contenders.every(({ over }) => over)) this.#order("start", 0);
    // Only what is news: what was told before and is not done must not need it.
    for (const one of this.contenders) if (one.heard !== textOf(this.told)) one.publish(this.told);
  }

  async pass(milliseconds: number): Promise<void> {
    for (const end = this.now + milliseconds; this.now < end; this.now += TICK) {
      const due = this.contenders.some((one) => one.isDue(TICK));
      for (const one of this.contenders) one.pass(TICK);
      for (let left = due ? TURNS : 1; left > 0; left -= 1) await new Promise((resolve) => setImmediate(resolve));
      this.onTick();
    }
  }

  async close(): Promise<void> {
    this.#hurryUp();
    await Promise.all(this.contenders.map((one) => one.close()));
    if (!this.#away) await this.fake.stop();
  }

  #contender(who: number): Contender {
    this.#started += 1;
    return new Contender(`pod-${who}-${this.#started}`, this.fake.url, this.#rates[who] ?? 1);
  }

  #order(what: Order["do"], which: number): void {
    const who = which % this.contenders.length;
    const one = this.contenders[who] as Contender;
    if (what === "kill") one.kill();
    else if (what === "end") one.end();
    else if (what === "stop") one.stopped = true;
    else if (what === "continue") one.stopped = false;
    else if (what === "publish") one.publish(this.told);
    else if (what === "isolate") this.#isolated.add(who);
    else if (what === "join") this.#isolated.delete(who);
    else if (one.over) {
      // Whoever was here before says no more.
      void one.close();
      this.contenders = this.contenders.with(who, this.#contender(who));
      this.contenders[who]?.publish(this.told);
    }
    this.#admit();
  }

  #admit(): void {
    this.fake.tokens = this.contenders.filter((_, who) => !this.#isolated.has(who)).map(({ identity }) => identity);
  }

  #move(): void {
    this.#address += 1;
    this.fake.put("services", { metadata: { name: "front" }, spec: { type: "LoadBalancer" } });
    const status = { loadBalancer: { ingress: [{ ip: this.address }] } };
    this.fake.collection("services").update("default", "front", { metadata: { name: "front" }, status }, "status");
  }

  #touch(what: "meddle" | "again" | "respec", name: string): void {
    const ingresses = this.fake.collection("ingresses");
    if (what === "meddle") {
      const status = { loadBalancer: { ingress: [{ ip: "192.0.2.66" }] } };
      ingresses.update("default", name, { metadata: { name }, status }, "status");
      return;
    }
    if (what === "again") this.fake.remove("ingresses", name);
    this.fake.put("ingresses", { metadata: { name }, spec: { v: this.now } });
  }

  #hurryUp(): void {
    this.#hurry.resolve();
    this.#hurry = Promise.withResolvers<void>();
  }

  async #go(away: boolean): Promise<void> {
    if (away === this.#away) return;
    this.#away = away;
    await (away ? this.fake.stop() : this.fake.start());
  }
}

/** What of the time to live somebody leads at most without having heard that it still may. */
const LONGEST = (11 / 12) * TTL;

/** Milliseconds in which two may lead at once, when the clocks of both go so. */
export function overlapOf(leader: number, next: number): number {
  return Math.max(0, LONGEST / leader - TTL / next) + 2 * TICK;
}

/** Milliseconds after which a contender whose Lease somebody took from it, or that stood still, knows. */
export function surpriseOf(rate: number): number {
  return LONGEST / rate + 2 * TICK;
}
