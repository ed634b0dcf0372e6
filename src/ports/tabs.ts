import type { Unsubscribe } from "./workspace.ts";

/** What tabs of this browser say to each other under one name. A tab does not hear itself. */
export interface TabChannel {
  /** Values are copied as structured clones; Blobs too. */
  post(message: unknown): void;
  subscribe(listener: (message: unknown) => void): Unsubscribe;
  close(): void;
}

/** The other tabs of this app in this browser. */
export interface Tabs {
  channel(name: string): TabChannel;
  /** Runs `work` while no other tab runs work of that name; waits for its turn. Ends when the work has, or the signal fires while it waits. */
  alone(name: string, signal: AbortSignal, work: () => Promise<void>): Promise<void>;
}
