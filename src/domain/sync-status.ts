import type { ErrorValue } from "./errors.ts";

/**
 * How this browser's data stands to the server's. off: no account. offline: the
 * server cannot be reached; everything is kept here and goes out later.
 */
export type SyncState = "off" | "offline" | "syncing" | "synced" | "error";

export interface SyncStatus {
  state: SyncState;
  /** Changes that the server has not acknowledged. */
  pending: number;
  /** Set when state is `error`: what is wrong and what to do. */
  error?: ErrorValue;
  /** When everything was last the same here and there; null when it was not since the page was opened. */
  syncedAt: number | null;
}

/** The account this browser's data belongs to. */
export interface AccountView {
  id: string;
  /** Origin of its server. */
  server: string;
  deviceId: string;
  deviceName: string;
  /** Milliseconds since 1970 UTC. */
  since: number;
}

/** A browser or program that uses the account. */
export interface AccountDevice {
  id: string;
  name: string;
  scopes: string[];
  createdAt: number;
  seenAt: number;
  /** True for this very one. */
  current: boolean;
}
