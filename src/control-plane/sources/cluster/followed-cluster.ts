import type { ListWatchStatus } from "../../kubernetes/list-watch-status.ts";
import {
  CONFIG_MAPS,
  ENDPOINT_SLICES,
  INGRESSES,
  INGRESS_CLASSES,
  SECRETS,
  SERVICES,
  TLS_SECRETS,
} from "./cluster-kinds.ts";
import { FollowedKind, type Following } from "./followed-kind.ts";
import { NamedObjects } from "./named-objects.ts";
import { SelectedNamespaces } from "./selected-namespaces.ts";

/** All that is followed in a cluster. */
export class FollowedCluster {
  readonly ingresses: FollowedKind;
  readonly classes: FollowedKind;
  readonly services: FollowedKind;
  readonly slices: FollowedKind;
  readonly certificates: FollowedKind;
  readonly secrets: NamedObjects;
  readonly configMaps: NamedObjects;
  readonly selected: SelectedNamespaces | null;
  readonly #namespaced: boolean;

  /** @param extent the only namespace; labels of namespaces */
  constructor(
    following: Following,
    extent: { readonly namespace: string | undefined; readonly selector: string | undefined },
  ) {
    const { namespace, selector } = extent;
    this.#namespaced = namespace !== undefined;
    this.ingresses = new FollowedKind(INGRESSES, { namespace }, following);
    this.classes = new FollowedKind(INGRESS_CLASSES, { namespace }, following);
    this.services = new FollowedKind(SERVICES, { namespace }, following);
    this.slices = new FollowedKind(ENDPOINT_SLICES, { namespace }, following);
    this.certificates = new FollowedKind(TLS_SECRETS, { namespace }, following);
    this.secrets = new NamedObjects(SECRETS, following);
    this.configMaps = new NamedObjects(CONFIG_MAPS, following);
    this.selected = selector === undefined ? null : new SelectedNamespaces(selector, following);
  }

  get statuses(): readonly ListWatchStatus[] {
    const selected = this.selected === null ? [] : [this.selected.status];
    return [
      ...[...this.#required, this.classes].map(({ status }) => status),
      ...selected,
      ...this.configMaps.statuses,
      ...this.secrets.statuses,
    ];
  }

  /** Everything that has to be known is known. */
  get whole(): boolean {
    const classes = this.classes.status;
    return (
      [...this.#required.map(({ status }) => status), ...this.configMaps.statuses].every(({ synced }) => synced) &&
      // With permissions in one namespace alone there are no classes to be seen; flags name ours then.
      (this.#namespaced ? isSettled(classes) : classes.synced) &&
      (this.selected?.status.synced ?? true) &&
      // What an Ingress names may be forbidden to us; that Ingress then lacks it, and the others are served.
      this.secrets.statuses.every(isSettled)
    );
  }

  async close(): Promise<void> {
    const all = [...this.#required, this.classes, this.secrets, this.configMaps, this.selected];
    await Promise.all(all.flatMap((one) => one?.close() ?? []));
  }

  /** Without one of these nothing can be said of anything. */
  get #required(): readonly FollowedKind[] {
    return [this.ingresses, this.services, this.slices, this.certificates];
  }
}

function isSettled({ synced, problem }: ListWatchStatus): boolean {
  return synced || problem?.kind === "refused";
}
