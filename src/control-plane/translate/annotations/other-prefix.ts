import type { FieldPath } from "../../resources/field-path.ts";
import type { Ingress } from "../../resources/ingress.ts";
import type { Passthrough, Route, VirtualHost } from "../../../snapshot/route.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { KeptParts } from "../kept-parts.ts";
import { PREFIX } from "./annotation.ts";

/**
 * Annotations of ingress-nginx under another prefix than its own (`--annotations-prefix`). They are read as if they were under its own, whose
 * annotations are then nobody's, as there; in diagnostics, and where a route says why it is not served, they are called what they are written.
 */
export class OtherPrefix {
  /** With its slash. */
  readonly #prefix: string;
  readonly #worded = new WeakMap<object, object>();

  /** @param prefix "example.com" */
  constructor(prefix: string) {
    this.#prefix = `${prefix}/`;
  }

  read(ingress: Ingress): Ingress {
    const entries = Object.entries(ingress.metadata.annotations).filter(([name]) => !name.startsWith(PREFIX));
    const annotations = Object.fromEntries(
      entries.map(([name, value]) => [
        name.startsWith(this.#prefix) ? PREFIX + name.slice(this.#prefix.length) : name,
        value,
      ]),
    );
    const { place, metadata } = ingress;
    const read = { ...ingress, metadata: { ...metadata, annotations } };
    if (place === undefined) return read;
    const lineOf = (field: FieldPath): number => place.lineOf(field.map((part) => this.#written(part)));
    return { ...read, place: { ...place, lineOf } };
  }

  worded(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    return diagnostics.map((diagnostic) =>
      this.#once(diagnostic, ({ message, remedy }) => {
        if (!message.includes(PREFIX) && !remedy.includes(PREFIX)) return diagnostic;
        return { ...diagnostic, message: this.#word(message), remedy: this.#word(remedy) };
      }),
    );
  }

  /** A host that is the same as before stays the same. @param over hosts that are laid over these: they are replaced */
  wordedHosts(hosts: KeptParts<VirtualHost>, over: Map<string, VirtualHost>): KeptParts<VirtualHost> {
    const worded = (host: VirtualHost): VirtualHost => this.#once(host, () => this.#wordedHost(host));
    for (const [name, host] of over) over.set(name, worded(host));
    const get = (name: string): VirtualHost | undefined => {
      const host = hosts.get(name);
      return host === undefined ? undefined : worded(host);
    };
    return { get, changed: hosts.changed };
  }

  #wordedHost(host: VirtualHost): VirtualHost {
    const { defaultRoute, passthrough } = host;
    const routes = host.routes.map((route) => this.#wordedAction(route));
    return {
      ...host,
      routes,
      ...(defaultRoute === undefined ? {} : { defaultRoute: this.#wordedAction(defaultRoute) }),
      ...(passthrough === undefined ? {} : { passthrough: this.#wordedAction(passthrough) }),
    };
  }

  #wordedAction<One extends Route | Passthrough>(one: One): One {
    const { action } = one;
    if (action.kind !== "unavailable") return one;
    const others = action.others?.map((other) => this.#word(other));
    return {
      ...one,
      action: { ...action, why: this.#word(action.why), ...(others === undefined ? {} : { others }) },
    };
  }

  #word(text: string): string {
    return text.replaceAll(PREFIX, this.#prefix);
  }

  #once<One extends object>(one: One, word: (one: One) => One): One {
    const worded = (this.#worded.get(one) as One | undefined) ?? word(one);
    this.#worded.set(one, worded);
    return worded;
  }

  #written<Part>(part: Part): Part | string {
    return typeof part === "string" && part.startsWith(PREFIX) ? this.#prefix + part.slice(PREFIX.length) : part;
  }
}
