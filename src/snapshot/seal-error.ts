/** A fragment that contradicts itself: a defect of the translator, never of a user's object. The last good snapshot stays. */
export class SealError extends Error {}
