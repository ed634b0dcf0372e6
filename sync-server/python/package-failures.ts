import { apiError } from "../api-error.ts";
import { GuardError } from "../guard/guard-error.ts";
import { causeCode, errorFacts, type Log } from "../log.ts";
import type { RequestEntry } from "../request-env.ts";
import { failureReply } from "../upstream-failures.ts";
import { CacheError } from "./cache-error.ts";
import { NotAnIndex } from "./index-pages.ts";
import { UnframedReply } from "./package-files.ts";
import { UpstreamStatus } from "./upstream.ts";

/** What failed, for words. */
export interface FailedPackage {
  log: Log;
  entry: RequestEntry;
  /** What was asked for: a package's or a file's name. */
  subject: string;
  /** Bytes. */
  maxBytes: number;
}

/** The reply for a package that could not be served. */
export function packageFailure(error: unknown, { log, entry, subject, maxBytes }: FailedPackage): Response {
  if (error instanceof UpstreamStatus) return refused(error, subject);
  if (error instanceof GuardError && error.guard === "too-large") {
    const message = `${subject} is over ${maxBytes / 1024 / 1024} MiB, the most this server fetches. Its operator can raise OKCVM_PY_MAX_MB.`;
    return apiError(502, "upstream_too_large", message);
  }
  if (error instanceof NotAnIndex) {
    const message =
      "The package index of this server does not answer as PEP 691 says. Its operator set OKCVM_PYPI_URL.";
    return apiError(502, "not_an_index", message);
  }
  if (error instanceof UnframedReply) {
    const message = `The package host sends ${subject} without saying how long it is, so a cut file could not be told from a whole one.`;
    return apiError(502, "upstream_unreachable", message);
  }
  if (error instanceof CacheError) {
    log.error({ ...entry, ...errorFacts(error.cause) }, "the package cache could not be used");
    return apiError(500, "internal", cacheWords(causeCode(error)));
  }
  return failureReply(error, { log, entry, host: "package host" });
}

function refused({ status, retryAfter }: UpstreamStatus, subject: string): Response {
  if (status === 404 || status === 410) {
    return apiError(404, "not_found", `The package host has no ${subject}.`);
  }
  const message = `The package host answered with status ${status} for ${subject}. Try again later.`;
  return apiError(502, "upstream_status", message, retryAfter === null ? {} : { "retry-after": retryAfter });
}

function cacheWords(code: string | null): string {
  if (code === "ENOSPC") return "The disk of this server is full, so no package can be fetched.";
  return "This server cannot write its package cache. Its operator can name another folder with OKCVM_CACHE_DIR.";
}
