import { pino, type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./config-schema.ts";

export type Log = Logger;

// Nothing in this server logs a header, a body, a query or a key. This list is the second lock on that door.
const SECRETS = ["authorization", "headers", "body", "query", "key", "cookie", "apiKey", "url"];

/** A logger of JSON lines. Standard error by default: standard output is for the one line a person waits for. */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const paths = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
  const options = { level, base: null, redact: { paths, censor: "[hidden]" } };
  // Synchronous, so that the last line before an exit is not lost.
  return pino(options, destination ?? pino.destination({ fd: 2, sync: true }));
}

/** What may be said of an error in a log: its kind and where it came from, not its message, which may quote input. */
export function errorFacts(error: unknown): { error: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = causeCode(error);
  const frames = (error.stack ?? "").split("\n").filter((line) => line.startsWith("    at "));
  return {
    error: error.name,
    ...(code === null ? {} : { code }),
    at: frames.slice(0, 6).map((line) => line.trim()),
  };
}

/** The system's code of what went wrong underneath, such as ECONNREFUSED; null when there is none. */
export function causeCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof AggregateError && error.errors.length > 0) return causeCode(error.errors[0]);
  if ("code" in error && typeof error.code === "string") return error.code;
  return causeCode(error.cause);
}
