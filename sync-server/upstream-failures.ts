import { apiError } from "./api-error.ts";
import { GuardError, type GuardCode } from "./guard/guard-error.ts";
import { causeCode, errorFacts, type Log } from "./log.ts";
import type { RequestEntry } from "./request-env.ts";

const GUARDED: Record<GuardCode, { status: number; code: Parameters<typeof apiError>[1] }> = {
  blocked: { status: 403, code: "blocked_target" },
  redirects: { status: 502, code: "upstream_redirect" },
  timeout: { status: 504, code: "upstream_timeout" },
  "too-large": { status: 502, code: "upstream_too_large" },
  unreadable: { status: 502, code: "upstream_unreachable" },
};

/** What is said of a call that failed. */
export interface FailedCall {
  log: Log;
  entry: RequestEntry;
  /** What was called, in words, without an article: "Git host". */
  host: string;
}

/** The reply for a host that could not be called, and the log's line for it. */
export function failureReply(error: unknown, { log, entry, host }: FailedCall): Response {
  if (error instanceof GuardError) {
    log.warn({ ...entry, code: error.guard }, `a call to a ${host} was refused or given up`);
    const { status, code } = GUARDED[error.guard];
    return apiError(status, code, error.message);
  }
  log.warn({ ...entry, ...errorFacts(error) }, `the ${host} could not be reached`);
  return apiError(502, "upstream_unreachable", reason(causeCode(error), host));
}

/** Words for a system's error code. The error's own message is not used: it may quote the request. */
function reason(code: string | null, host: string): string {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The ${host}'s name could not be resolved. Check its spelling; the server may also be offline.`;
    case "ECONNREFUSED":
      return `Nothing answers at the ${host}'s address. Check that it is running.`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
      return `There is no way from the server to the ${host}.`;
    case "ECONNRESET":
    case "EPIPE":
      return `The ${host} closed the connection before it answered. Try again.`;
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
      return `The ${host} does not speak https at this address.`;
    case "CERT_HAS_EXPIRED":
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return `The server does not trust the ${host}'s certificate. Its operator can add the issuer with NODE_EXTRA_CA_CERTS.`;
    default:
      return `The ${host} could not be reached from the server.`;
  }
}
