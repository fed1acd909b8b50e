import { ApiError } from "./api-error.ts";

/** Others may be writing the same object at the same moment. */
const TRIES = 5;

/** Reads, decides and writes; all of it again where somebody else wrote in between (409), five times at most. */
export async function untilNoConflict<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409) || tries === TRIES) throw error;
    }
  }
}

/** What was asked for; null where there is none (404). */
export async function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}
