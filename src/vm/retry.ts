import { ModelError } from "../domain/model-error.ts";

const FIRST_DELAY_MS = 2_000;
const LONGEST_DELAY_MS = 30_000;
/** An endpoint that asks for more than this is not waited for. */
const LONGEST_ASKED_MS = 120_000;

/** How often a step is tried again. */
export const MAX_RETRIES = 5;

/**
 * Milliseconds to wait before trying again, or null when trying again cannot
 * help. `attempt` counts from 1. The endpoint's own wish wins over the backoff
 * of 2 s, doubled each time, up to 30 s.
 */
export function retryDelay(error: unknown, attempt: number): number | null {
  if (!(error instanceof ModelError) || !error.retryable || attempt > MAX_RETRIES) return null;
  if (error.retryAfterMs !== undefined)
    return error.retryAfterMs <= LONGEST_ASKED_MS ? error.retryAfterMs : null;
  return Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS);
}
