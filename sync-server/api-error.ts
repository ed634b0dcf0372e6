/** Codes of `/v1` and `/py` errors. */
export type ApiErrorCode =
  | "not_found"
  | "bad_request" // it is not what the route takes
  | "unauthorized" // no good token, or no account with that secret
  | "missing_scope" // the token does not allow it
  | "read_only" // a viewer's role does not allow it
  | "registration_closed"
  | "rate_limited"
  | "leaving"
  | "not_invited"
  | "not_by_invitation"
  | "exists"
  | "key_needed" // the account, or the conversation, is encrypted
  | "wrong_secret"
  | "not_encrypted" // in a space that is
  | "bad_blob" // its bytes are not what its name says
  | "bad_ref" // a branch leads to what is not there
  | "used_up" // an account's share of the day
  | "no_room" // the space may not take more
  | "cursor_gone" // it is of before the database was set back
  | "too_many_failures"
  | "turned_off" // by the operator
  | "unknown_provider"
  | "method_not_allowed"
  | "misdirected_request"
  | "foreign_origin"
  | "payload_too_large"
  | "upstream_unreachable"
  | "upstream_redirect"
  | "upstream_timeout" // it was silent for too long
  | "upstream_too_large" // its answer is over the limit
  | "blocked_target" // an address this server does not call
  | "upstream_status" // it answered with an error of its own
  | "not_an_index" // it answers, but not as a package index
  | "not_git" // it answers, but not as a Git server
  | "loop" // the request came through a server of this kind already
  | "client_closed_request"
  | "internal";

/** An error reply of `/v1` and `/py`, in the shape OpenAI clients read: `{"error":{"message","code"}}`. */
export function apiError(
  status: number,
  code: ApiErrorCode,
  message: string,
  headers: Record<string, string> = {},
): Response {
  const all = new Headers(headers);
  all.set("content-type", "application/json");
  all.set("cache-control", "no-store");
  return new Response(JSON.stringify({ error: { message, code } }), { status, headers: all });
}
