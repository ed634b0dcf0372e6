import "fake-indexeddb/auto";
import { Dexie } from "dexie";
import { describe, expect, it } from "vitest";

import { AppDatabase } from "../../../src/store/database.ts";
import { haveConversation } from "../../../src/store/other-profiles.ts";
import { removeProfile } from "../../../src/store/remove-profile.ts";

async function profile(name: string, ...ids: string[]): Promise<void> {
  const db = new AppDatabase(name);
  const about = { title: "x", createdAt: 0, updatedAt: 0, leafId: null };
  await db.conversations.bulkAdd(ids.map((id, at) => ({ id, ...about, deletedAt: at === 0 ? 1 : null })));
  db.close();
}

describe("conversations of several accounts of one browser", () => {
  it("are found in any of them, deleted or not, and none is made by looking", async () => {
    await profile("p-one", "a", "b");
    await profile("p-two", "c");
    expect(await haveConversation(["p-one", "p-none", "p-two"], "a")).toBe(true);
    expect(await haveConversation(["p-one", "p-two"], "b")).toBe(true);
    expect(await haveConversation(["p-two", "p-none"], "a")).toBe(false);
    expect(await haveConversation([], "a")).toBe(false);
    expect(await Dexie.exists("p-none")).toBe(false);
  });

  it("keep their files when another account that has them too is removed", async () => {
    await profile("p-three", "shared", "own");
    await profile("p-four", "shared");
    const removed: string[] = [];
    await removeProfile(
      "p-three",
      (id) => haveConversation(["p-four"], id),
      async (id) => void removed.push(id),
    );
    expect(removed).toEqual(["own"]);
    expect(await Dexie.exists("p-three")).toBe(false);
    expect(await haveConversation(["p-four"], "shared")).toBe(true);
  });
});
