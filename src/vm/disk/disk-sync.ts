import type { ChosenFolder, DiskSync, LinkedFolder } from "./api.ts";
import { PickedFolder } from "./chosen-folder.ts";
import { RememberedLink, type DiskParts } from "./linked-folder.ts";

/** See DiskSync in api.ts. */
export function createDiskSync(parts: DiskParts): DiskSync {
  const { folders, session } = parts;
  return {
    async linked(): Promise<LinkedFolder | null> {
      const remembered = await folders.remembered(session.id);
      return remembered && new RememberedLink(parts, remembered);
    },
    async choose(): Promise<ChosenFolder | null> {
      // First of all: the browser opens its picker only right after a press.
      const folder = await folders.pick();
      if (!folder) return null;
      const old = await folders.remembered(session.id);
      return new PickedFolder(parts, folder, old !== null && (await old.folder.isSame(folder)));
    },
    forget: () => folders.forget(session.id),
  };
}
