import type { DiskComparison, DiskDifference, LinkedFolder, TakeResult } from "../../../src/vm/disk/api.ts";
import { createDiskSync } from "../../../src/vm/disk/disk-sync.ts";
import { HeldClock } from "../../support/ports/held-clock.ts";
import { memoryWorkspace, type MemoryWorkspace } from "../../support/ports/memory-workspace.ts";
import { MemoryDisk, MemoryDiskFolders } from "./memory-disk.ts";

/** The real workspace on one side, a folder in memory on the other. */
export class DiskBench {
  readonly workspace: MemoryWorkspace = memoryWorkspace();
  readonly folders = new MemoryDiskFolders();
  readonly clock = new HeldClock();
  readonly session = { id: "conversation", workspace: this.workspace };
  readonly sync = createDiskSync(this);
  readonly disk: MemoryDisk;

  constructor(files: ConstructorParameters<typeof MemoryDisk>[1] = {}) {
    this.disk = new MemoryDisk("project", files);
    this.folders.next = this.disk;
  }

  async choose(): Promise<NonNullable<Awaited<ReturnType<DiskBench["sync"]["choose"]>>>> {
    const chosen = await this.sync.choose();
    if (!chosen) throw new Error("Nothing was chosen.");
    return chosen;
  }

  async open(): Promise<TakeResult> {
    return (await this.choose()).open();
  }

  async linked(): Promise<LinkedFolder> {
    const linked = await this.sync.linked();
    if (!linked) throw new Error("No folder is remembered.");
    return linked;
  }

  async compare(): Promise<DiskComparison> {
    return (await this.linked()).compare();
  }

  /** Text of every file of the workspace, by path. */
  async texts(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const entry of await this.workspace.list("", { recursive: true })) {
      if (entry.kind === "file")
        found[entry.path.slice(this.workspace.root.length + 1)] = await this.workspace.readText(entry.path);
    }
    return found;
  }

  /** Text of every file of the disk, by path. */
  diskTexts(): Record<string, string> {
    return Object.fromEntries([...this.disk.files.keys()].map((path) => [path, this.disk.text(path) ?? ""]));
  }

  /** "kind: label" of each snapshot, newest first. */
  async labels(): Promise<string[]> {
    return (await this.workspace.snapshots()).map(({ kind, label }) => `${kind}: ${label}`);
  }
}

/** "here modified a.txt" for each difference. */
export function words({ differences }: DiskComparison): string[] {
  return differences.map((one) => `${one.changed} ${kindOf(one)} ${one.path}`);
}

function kindOf({ here, disk }: DiskDifference): string {
  if (!here) return "only on disk";
  return disk ? "on both" : "only here";
}
