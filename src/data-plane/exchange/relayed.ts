/** What is returned for a message that was handed over whole at once, as most are: who gets this very promise need not wait for it. */
export const RELAYED: Promise<void> = Promise.resolve();
