import type { Clock } from "../../ports/clock.ts";
import type { DiskSource } from "../../ports/disk-folders.ts";
import type { DiskApi } from "./api.ts";

/** See DiskApi in api.ts. What does the work is loaded when it is first asked for. */
export function diskApi(source: DiskSource, clock: Clock): DiskApi {
  return {
    supported: () => source.supported(),
    open: async (session) => {
      const [folders, { createDiskSync }] = await Promise.all([source.load(), import("./disk-sync.ts")]);
      return createDiskSync({ folders, clock, session });
    },
  };
}
