import * as git from "isomorphic-git";
import { OkcvmError, type ErrorCode } from "../../domain/errors.ts";

/** What is known of an exchange that failed. */
export interface FailedExchange {
  host: string;
  /** Whether a login was sent. */
  hadLogin: boolean;
}

/** Codes of the server's Git proxy, as this app's. The words are the proxy's own. */
const PROXY_CODES: Readonly<Record<string, ErrorCode>> = {
  upstream_unreachable: "unreachable",
  upstream_timeout: "unreachable",
  upstream_too_large: "too-large",
  payload_too_large: "too-large",
  upstream_redirect: "bad-reply",
  not_git: "bad-reply",
  internal: "server-error",
  unauthorized: "unauthorized",
  rate_limited: "rate-limited",
};

/** A refusal by the server of this page, before or in place of the Git host's answer. */
export function proxyFailure(code: string, message: string): OkcvmError {
  return new OkcvmError(PROXY_CODES[code] ?? "bad-request", message);
}

/** A status other than 200 from the Git host, with the beginning of its words. */
export function statusFailure(status: number, text: string, { host, hadLogin }: FailedExchange): OkcvmError {
  const said = firstWords(text);
  const quote = said === "" ? "" : ` It says: ${said}`;
  if (status === 401 && !hadLogin) {
    return new OkcvmError(
      "unauthorized",
      `${host} asks for a login. Add an access token for it, then try again.`,
    );
  }
  if (status === 401) {
    return new OkcvmError(
      "unauthorized",
      `${host} did not take the token. Check that it is whole and has not expired.${quote}`,
    );
  }
  if (status === 403) {
    const what = hadLogin
      ? "The token has no right to do this there. Give it access to the repository (to its contents, read and write)."
      : "Add an access token with the right to do this.";
    return new OkcvmError("unauthorized", `${host} refused. ${what}${quote}`);
  }
  if (status === 404 || status === 410) {
    const why = hadLogin ? "or the token has no access to it" : "or it is private and needs a token";
    return new OkcvmError("not-found", `${host} has no such repository, ${why}. Check the address.${quote}`);
  }
  if (status === 429) {
    return new OkcvmError(
      "rate-limited",
      `${host} asks to wait: too many requests. Try again in some minutes.${quote}`,
    );
  }
  if (status === 413) return new OkcvmError("too-large", `${host} takes no push of this size.${quote}`);
  if (status >= 500) {
    return new OkcvmError("server-error", `${host} failed (status ${status}). Try again later.${quote}`);
  }
  return new OkcvmError("bad-request", `${host} refused the request (status ${status}).${quote}`);
}

/** Plain text of at most 300 characters; "" for a page of HTML. */
export function firstWords(text: string): string {
  if (/^\s*</.test(text)) return "";
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .slice(0, 300);
}

/** isomorphic-git's own failures that mean the host's answer is not what Git's protocol says. */
const NOT_THE_PROTOCOL = new Set<string>([
  git.Errors.ParseError.code,
  git.Errors.SmartHttpError.code,
  git.Errors.EmptyServerResponseError.code,
  git.Errors.RemoteCapabilityError.code,
  git.Errors.InvalidOidError.code,
]);

/** Turns what isomorphic-git threw into this app's errors; `said` are the host's own words during the exchange. */
export function exchangeFailure(error: unknown, host: string, said: readonly string[]): unknown {
  if (error instanceof OkcvmError || !(error instanceof Error)) return error;
  const { code, data } = error as { code?: unknown; data?: { actual?: unknown; filepath?: unknown } };
  if (code === git.Errors.UnsafeFilepathError.code) {
    return new OkcvmError(
      "bad-path",
      `A file has a name that is not safe in Git on other systems (${String(data?.filepath)}). Rename it, then try again.`,
      error,
    );
  }
  if (typeof code === "string" && NOT_THE_PROTOCOL.has(code)) {
    const refusal = /^ERR (.+)/s.exec(String(data?.actual ?? ""))?.[1];
    const words = refusal ?? said.at(-1) ?? "";
    const quote = words === "" ? " Check the repository's address." : ` It says: ${firstWords(words)}`;
    return new OkcvmError("bad-reply", `${host} did not answer as a Git server.${quote}`, error);
  }
  return error;
}
