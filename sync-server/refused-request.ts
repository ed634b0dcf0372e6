import { HTTPException } from "hono/http-exception";
import { apiError } from "./api-error.ts";

/** The reply to a request that a route's own checks did not let through to it; null for any other failure. */
export function refusedRequest(error: unknown): Response | null {
  if (!(error instanceof HTTPException) || error.status >= 500) return null;
  const message =
    error.status === 415
      ? "Send the body as JSON, with content-type: application/json."
      : "The body is not whole JSON, or not JSON at all.";
  return apiError(error.status, "bad_request", message);
}
