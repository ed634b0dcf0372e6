import type { BrowserStorage } from "../ports/storage.ts";

/** The browser's storage, as navigator.storage tells of it. Browsers without it say nothing and promise nothing. */
export const browserStorage: BrowserStorage = {
  async estimate() {
    const [{ usage = null, quota = null }, persisted] = await Promise.all([
      navigator.storage?.estimate?.() ?? Promise.resolve<StorageEstimate>({}),
      navigator.storage?.persisted?.() ?? Promise.resolve(false),
    ]);
    return { usage, quota, persisted };
  },
  async persist() {
    return (await navigator.storage?.persist?.()) ?? false;
  },
};
