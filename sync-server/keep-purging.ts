import type { Database } from "./db/database.ts";
import { errorFacts, type Log } from "./log.ts";
import { hideReplacedPacks } from "./git/replaced-packs.ts";
import { forgetOldInvitations } from "./repos/account-invitations.ts";
import { ModelUsage } from "./repos/model-usage.ts";
import { hideUnusedBlobs } from "./repos/unused-site-blobs.ts";
import { purgeAccounts, purgeUploads } from "./repos/purge.ts";

const EVERY_MS = 60 * 60_000;

/** Removes deleted accounts and uploads whose time has come, now and every hour. Several servers may do it at once. */
export function keepPurging(database: Database, log: Log): { stop(): Promise<void> } {
  let running = Promise.resolve();
  const purge = async (): Promise<void> => {
    try {
      const count = await purgeAccounts(database, Date.now());
      if (count > 0) log.info({ count }, "deleted accounts were removed");
      await hideReplacedPacks(database, Date.now());
      await hideUnusedBlobs(database, Date.now());
      const uploads = await purgeUploads(database, Date.now());
      await forgetOldInvitations(database, Date.now());
      await new ModelUsage(database, Date.now).forgetOld();
      if (uploads > 0) log.info({ uploads }, "uploads that were not ended were removed");
    } catch (error) {
      // The next round tries again.
      log.warn(errorFacts(error), "what is due could not be removed");
    }
  };
  const start = (): void => {
    running = running.then(purge);
  };
  start();
  const timer = setInterval(start, EVERY_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
