import type { Decision } from "../../control-plane/admission/admission-review.ts";
import type { MetricName, Registry } from "./registry.ts";

/** What the controller alone has to tell: who leads, and what the webhook decided. Nothing is counted before there are metrics. */
export class ControllerMetrics {
  readonly #lease: string;
  #registry: Registry | null = null;
  #leads = false;

  /** @param lease the name by which one of several leads (`--election-id`) */
  constructor(lease: string) {
    this.#lease = lease;
  }

  /** Where to tell it; null: nothing is measured. */
  into(registry: Registry | null): void {
    this.#registry = registry;
    this.leads(this.#leads);
  }

  leads(leads: boolean): void {
    this.#leads = leads;
    this.#set("ts_ingress_leader", leads ? 1 : 0, [this.#lease]);
    this.#set("nginx_ingress_controller_leader_election_status", leads ? 1 : 0, [this.#lease]);
  }

  /** @param seconds from the head of the review to its answer */
  reviewed({ allowed, judged }: Decision, seconds: number): void {
    const verdict = judged === undefined ? "not-judged" : allowed ? "allowed" : "refused";
    this.#registry?.family("ts_ingress_admission_reviews_total").add([verdict]);
    this.#registry?.family("ts_ingress_admission_review_duration_seconds").observe([], seconds);
    if (judged === undefined) return;
    const counted = `nginx_ingress_controller_check_${allowed ? "success" : "errors"}` as const;
    this.#registry?.find(counted)?.add([judged.namespace, judged.name]);
    this.#set("nginx_ingress_controller_admission_tested_ingresses", 1);
    this.#set("nginx_ingress_controller_admission_tested_duration", judged.judging);
    this.#set("nginx_ingress_controller_admission_render_ingresses", judged.translated);
    this.#set("nginx_ingress_controller_admission_render_duration", judged.translating);
    this.#set("nginx_ingress_controller_admission_config_size", 0);
    this.#set("nginx_ingress_controller_admission_roundtrip_duration", seconds);
  }

  #set(name: MetricName, value: number, labels: readonly string[] = []): void {
    this.#registry?.find(name)?.set(labels, value);
  }
}
