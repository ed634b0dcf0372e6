import { OkcvmError, type ErrorCode } from "./errors.ts";

/** A failed model call: whether trying again can help, and when the endpoint asked for it. */
export class ModelError extends OkcvmError {
  readonly retryable: boolean;
  /** Milliseconds to wait, as the endpoint said; absent when it said nothing. */
  readonly retryAfterMs?: number;
  /** HTTP status; absent when there was no answer. */
  readonly status?: number;

  constructor(
    code: ErrorCode,
    message: string,
    options: { retryable: boolean; retryAfterMs?: number; status?: number; cause?: unknown },
  ) {
    super(code, message, options.cause);
    this.name = "ModelError";
    this.retryable = options.retryable;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    if (options.status !== undefined) this.status = options.status;
  }
}
