import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

import { openDatabase } from "../../../sync-server/db/open.ts";

const folder = mkdtempSync(join(tmpdir(), "okcvm-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("a database's file", () => {
  it("is for its owner alone when it is made, and so are those beside it", async () => {
    const path = join(folder, "deep/new.db");
    const database = await openDatabase({ kind: "sqlite", path });
    expect(["", "-wal", "-shm"].map((end) => modeOf(path + end))).toEqual(["600", "600", "600"]);
    expect(modeOf(join(folder, "deep"))).toBe("700");
    await database.close();
  });

  it("keeps the rights it has when it is there", async () => {
    const path = join(folder, "old.db");
    await (await openDatabase({ kind: "sqlite", path })).close();
    chmodSync(path, 0o640);
    const database = await openDatabase({ kind: "sqlite", path });
    expect(modeOf(path)).toBe("640");
    await database.close();
  });
});
