import type { BrowserStorage } from "../../../src/ports/storage.ts";

const MIB = 1024 * 1024;
const DAY = 24 * 3_600_000;

/** A browser's storage: nearly full in the scene of that name, with a measured past in that of the history. */
export function fakeStorage(scene: string): BrowserStorage {
  const usage = scene === "storage-full" ? 1_843.2 * MIB : 184.3 * MIB;
  const quota = 2_048 * MIB;
  let persisted = false;
  if (scene === "history" || scene === "storage-full") {
    const samples = [6, 5, 4, 3, 2, 1].map((days) => ({
      at: Date.now() - days * DAY,
      usage: usage - days * 14 * MIB,
    }));
    localStorage.setItem("okcvm.storage-samples", JSON.stringify(samples));
  }
  return {
    estimate: async () => ({ usage, quota, persisted }),
    persist: async () => (persisted = scene !== "storage-full"),
  };
}
