import type { Deployment } from "../domain/deployment.ts";
import type { PublicSite } from "../domain/public-site.ts";

/**
 * Sites that anyone may see, kept by the account's server, also when this browser
 * is closed. Errors of all: `not-found` without an account, `not-supported` for a
 * server that publishes none, `unreachable`, `unauthorized`.
 */
export interface PublicSites {
  /** Those made of a conversation; of all of them for null. Oldest first. */
  list(conversationId: string | null): Promise<PublicSite[]>;
  /**
   * Puts a deployment at its conversation's public address, as a version of its
   * own, and shows it. Only what no version has is sent. Errors: `not-found` when
   * this browser does not keep the site's files, `too-large` for want of room.
   */
  publish(deployment: Deployment, options?: PublishOptions): Promise<PublicSite>;
  /** Shows another version, or none. Errors: `not-found`. */
  show(siteId: string, version: number | null): Promise<void>;
  /** Removes it with all its versions. */
  remove(siteId: string): Promise<void>;
}

export interface PublishOptions {
  signal?: AbortSignal;
  /** Called with the bytes sent so far and those to be sent. */
  onProgress?: (sent: number, all: number) => void;
}
