/** Every expected failure carries one of these codes. */
export type ErrorCode =
  // arguments and paths
  | "bad-arguments" // a tool or API argument has the wrong type or value
  | "bad-json" // tool arguments are not JSON and could not be repaired
  | "unknown-tool" // no tool of that name is registered
  | "outside-workspace" // a path leaves the mount
  | "bad-path" // a path no file system takes: NUL, over-long, empty
  | "bad-bundle" // a prompt and tools bundle that cannot be used
  // files
  | "not-found"
  | "exists"
  | "is-directory"
  | "not-directory"
  | "not-empty"
  | "not-read" // the file must be read before it is written or edited
  | "no-match" // old_string does not occur
  | "many-matches" // old_string occurs more than once
  | "too-large"
  | "bad-archive" // a ZIP or a Git repository that is damaged or unsafe to unpack
  | "storage-full"
  // running
  | "command-failed" // a shell command ended with another exit code than 0
  | "timeout"
  | "aborted"
  | "engine-failed" // the engine could not start or died
  | "workspace-busy" // another tab holds the workspace
  | "interrupted" // the tab that was doing it was closed before it answered
  | "run-active" // a run is under way in this conversation
  | "not-supported" // this browser or this part of the app cannot do it
  | "locked" // it is encrypted, and this browser does not have the key
  // Git remotes
  | "push-rejected" // the remote has commits of its own, or does not let the branch be moved
  // model and network
  | "no-model" // no chat model is configured
  | "unreachable" // no answer: offline, wrong address, or CORS
  | "unauthorized" // 401 or 403 from the endpoint
  | "rate-limited"
  | "context-overflow" // the request is longer than the model takes
  | "bad-request" // the endpoint refused the request
  | "server-error" // 5xx from the endpoint
  | "bad-reply" // the endpoint's answer is not the protocol
  | "step-limit"
  | "internal";

/** The plain value of a failure: what is stored, shown and sent to a model. */
export interface ErrorValue {
  code: ErrorCode;
  /** What is wrong and what to do next, in words. */
  message: string;
}

/** An expected failure. `cause` holds what was caught, when something was. */
export class OkcvmError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "OkcvmError";
    this.code = code;
  }
}

/** A server says that an encrypted conversation is not encrypted. */
export class NotEncryptedError extends OkcvmError {
  constructor() {
    super(
      "bad-reply",
      "The server says that an encrypted conversation is not encrypted. Nothing of it is sent. Ask the server's operator.",
    );
  }
}

/** Turns anything thrown into a plain value; an unknown error becomes `internal`. */
export function toErrorValue(error: unknown): ErrorValue {
  if (error instanceof OkcvmError) return { code: error.code, message: error.message };
  if (error instanceof Error) {
    if (isFullStorage(error)) {
      return {
        code: "storage-full",
        message:
          "The browser's storage for this page is full. Delete files or conversations, then try again.",
      };
    }
    if (error.name === "AbortError") return { code: "aborted", message: "Stopped." };
    return { code: "internal", message: error.message || error.name };
  }
  return { code: "internal", message: String(error) };
}

/** Dexie gives a transaction that a full disk aborted an AbortError, with the cause as `inner`. */
function isFullStorage(error: Error): boolean {
  if (error.name === "QuotaExceededError") return true;
  const { inner } = error as { inner?: unknown };
  return inner instanceof Error && inner !== error && isFullStorage(inner);
}

/** Rebuilds an OkcvmError from its plain value (after a message port). */
export function fromErrorValue(value: ErrorValue): OkcvmError {
  return new OkcvmError(value.code, value.message);
}

/** Throws `aborted` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new OkcvmError("aborted", "Stopped.");
}
