import { onTestFinished } from "vitest";
import { ControlPlane, type ControlPlaneOptions, type Published } from "../../src/control-plane/control-plane.ts";
import type { ResourceSource } from "../../src/control-plane/sources/sources.ts";
import { OPTIONS } from "../support/resources.ts";
import { Waiting } from "../support/waiting.ts";

/** A control plane, everything it published, and every error it told. */
export class Plane {
  readonly control: ControlPlane;
  readonly published: Published[] = [];
  readonly errors: string[] = [];
  readonly #waiting = new Waiting();

  constructor(sources: readonly ResourceSource[], options: Partial<ControlPlaneOptions> = {}) {
    this.control = new ControlPlane({
      sources,
      translate: OPTIONS,
      quiet: 0,
      onError: (error) => {
        this.errors.push(error.message);
        this.#waiting.changed();
      },
      ...options,
      publish: (published) => {
        options.publish?.(published);
        this.published.push(published);
        this.#waiting.changed();
      },
    });
    onTestFinished(() => this.control.close());
  }

  until(what: string, ready: () => boolean): Promise<void> {
    return this.#waiting.until(what, ready);
  }

  hosts(): string[] {
    return this.control.latest?.snapshot.virtualHosts.map(({ host }) => host) ?? [];
  }
}
