/** What became of things since the last time: those that are no more, and those that are new. What stays is not named, and costs nothing. */
export interface Delta<Thing> {
  readonly gone: readonly Thing[];
  readonly come: readonly Thing[];
}
