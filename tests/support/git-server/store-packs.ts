import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PackFiles } from "../../../src/workspace/remote/scratch-repository.ts";
import { git, temporaryFolder } from "./git.ts";

/** A real bare repository of packs, with `main` at `head`: what real Git says of them is what counts. */
export async function storePacks(
  packs: readonly PackFiles[],
  head: string,
  shallow: readonly string[] = [],
): Promise<string> {
  const bare = temporaryFolder();
  await git(bare, "init", "--bare", "--initial-branch=main", ".");
  for (const { pack, index } of packs) {
    const name = Buffer.from(pack.subarray(-20)).toString("hex");
    writeFileSync(join(bare, `objects/pack/pack-${name}.pack`), pack);
    writeFileSync(join(bare, `objects/pack/pack-${name}.idx`), index);
  }
  if (shallow.length > 0) writeFileSync(join(bare, "shallow"), `${shallow.join("\n")}\n`);
  await git(bare, "update-ref", "refs/heads/main", head);
  return bare;
}
