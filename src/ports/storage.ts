/** How much the browser keeps for this origin. */
export interface StorageState {
  /** Bytes in use by everything of this origin; null when the browser does not say. */
  usage: number | null;
  /** Bytes the browser would let it have; null when it does not say. */
  quota: number | null;
  /** True when the browser has promised not to evict it. */
  persisted: boolean;
}

/** The browser's storage as a whole. */
export interface BrowserStorage {
  estimate(): Promise<StorageState>;
  /** Asks the browser to keep the data; true when it does. */
  persist(): Promise<boolean>;
}
