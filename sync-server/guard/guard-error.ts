/** Why a guarded request was not made or was broken off. Failures of the network keep their own errors. */
export type GuardCode =
  | "blocked" // the address, or where it leads, is not one this server calls
  | "redirects" // too many, or one that cannot be followed
  | "timeout" // nothing moved for too long
  | "too-large" // the reply is over its limit
  | "unreadable"; // the reply is not one this server can read

/** `message` is for the caller; it holds no address that was resolved and nothing of the request but its host. */
export class GuardError extends Error {
  readonly guard: GuardCode;

  constructor(guard: GuardCode, message: string) {
    super(message);
    this.name = "GuardError";
    this.guard = guard;
  }
}
