import { describe, expect, it } from "vitest";

import type { GivenRole, SharedConversation } from "../../../src/domain/sync-status.ts";
import { useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

describe("several people in one conversation", () => {
  const bench = useSyncBench();
  const browser = bench.browser;
  const person = async (name: string) => {
    const one = browser();
    const { secret } = await one.sync.create(name);
    return { one, secret };
  };
  const roleOf = (one: SyncBrowser, id: string): SharedConversation["role"] | undefined =>
    one.sync.status().shared?.find((shared) => shared.id === id)?.role;
  const shareOf = (one: SyncBrowser, id: string) =>
    one.sync.status().shared?.find((shared) => shared.id === id);
  /** An owner with a conversation, and a guest who joined it. */
  const shared = async (role: GivenRole) => {
    const [{ one: owner }, { one: guest, secret }] = [await person("owner"), await person("guest")];
    const { id } = await owner.conversations.create();
    await owner.say(id, "start");
    await owner.conversations.rename(id, "Plan");
    await owner.sync.syncNow();
    const { url } = await owner.sync.invite(id, role);
    expect(await guest.sync.takeInvitation(url)).toEqual({ conversationId: id });
    await expect.poll(() => guest.texts(id)).toEqual(["start", "re: start"]);
    await expect.poll(() => roleOf(guest, id)).toBe(role);
    const guestId = (await guest.sync.account())?.id ?? "";
    return { owner, guest, guestId, secret, id, url };
  };

  it("is joined by a link, and what one writes is with the others at once", async () => {
    const { owner, guest, id, url } = await shared("editor");
    expect(await guest.titles()).toEqual(["Plan"]);
    await guest.say(id, "from the guest");
    await expect.poll(async () => (await owner.texts(id)).length, { timeout: 3_000 }).toBe(4);
    await owner.say(id, "from the owner");
    await expect.poll(async () => (await guest.texts(id)).length, { timeout: 3_000 }).toBe(6);
    await expect.poll(() => shareOf(owner, id)).toMatchObject({ role: "owner", members: 2, unshared: false });
    const { one: third } = await person("third");
    await expect(third.sync.takeInvitation(url)).rejects.toMatchObject({ code: "not-found" });
    await expect(third.sync.takeInvitation(`${bench.url}/#/join/x`)).rejects.toMatchObject({
      code: "bad-arguments",
    });
    await expect(
      third.sync.takeInvitation(`https://example.com/#/join/${"0".repeat(32)}`),
    ).rejects.toMatchObject({ code: "bad-arguments" });
  });

  it("is in every browser of an account that joins, and its files too", async () => {
    const { owner, guest, secret, id } = await shared("editor");
    const second = browser();
    await second.sync.signIn(secret, "guest's second");
    await expect.poll(() => second.texts(id)).toEqual(["start", "re: start"]);
    await expect.poll(() => roleOf(second, id)).toBe("editor");
    const [ofOwner, ofGuest] = [await owner.openFiles(id), await guest.openFiles(id)];
    await ofGuest.workspace.write("output/guest.md", "by the guest");
    await expect
      .poll(() => ofOwner.workspace.stat("output/guest.md").catch(() => null), { timeout: 8_000 })
      .not.toBeNull();
    await ofGuest.close();
    await ofOwner.close();
  });

  it("is passed on and left: the former owner's other browsers learn that they are in it no more", async () => {
    const [{ one: owner, secret }, { one: guest }] = [await person("owner"), await person("guest")];
    const { id } = await owner.conversations.create();
    await owner.say(id, "start");
    const laptop = browser();
    await laptop.sync.signIn(secret, "laptop");
    await expect.poll(() => laptop.texts(id)).toHaveLength(2);
    const { url } = await owner.sync.invite(id, "editor");
    await guest.sync.takeInvitation(url);
    await expect.poll(() => guest.texts(id)).toHaveLength(2);
    laptop.goOffline();
    await laptop.say(id, "on the train");
    const guestId = (await guest.sync.account())?.id ?? "";
    await owner.sync.passOn(id, guestId);
    await expect.poll(() => roleOf(guest, id)).toBe("owner");
    await owner.sync.leave(id);
    await expect.poll(() => roleOf(owner, id)).toBe("none");
    laptop.goOnline();
    await expect.poll(() => roleOf(laptop, id), { timeout: 5_000 }).toBe("none");
    await expect.poll(() => laptop.sync.status(), { timeout: 5_000 }).toMatchObject({ state: "synced" });
    expect(laptop.sync.status().error).toBeUndefined();
    expect(await laptop.texts(id)).toHaveLength(4);
    await guest.say(id, "goes on");
    expect(await guest.texts(id)).toHaveLength(4);
  });

  it("keeps what a viewer writes in that browser, and stays well", async () => {
    const { owner, guest, id } = await shared("viewer");
    await guest.say(id, "mine alone");
    await guest.conversations.rename(id, "My title");
    await expect.poll(() => shareOf(guest, id)).toMatchObject({ role: "viewer", unshared: true });
    await guest.sync.syncNow();
    expect(guest.sync.status()).toMatchObject({ state: "synced", pending: 0 });
    expect(guest.sync.status().error).toBeUndefined();
    // What the others write still comes.
    await owner.say(id, "news");
    await expect.poll(async () => (await guest.texts(id)).length).toBe(6);
    expect(await owner.texts(id)).toHaveLength(4);
    expect(await owner.titles()).toEqual(["Plan"]);
    // And own conversations still go out.
    const own = await guest.conversations.create();
    await guest.say(own.id, "own");
    await expect.poll(() => guest.sync.status()).toMatchObject({ state: "synced", pending: 0 });
  });

  it("is known for read-only offline and after a reload", async () => {
    const { guest, id } = await shared("viewer");
    guest.goOffline();
    await guest.sync.start();
    await expect.poll(() => guest.sync.status().state).toBe("offline");
    expect(roleOf(guest, id)).toBe("viewer");
    await guest.say(id, "written offline");
    await expect.poll(() => guest.sync.status()).toMatchObject({ state: "offline", pending: 0 });
  });

  it("takes a viewer's files in and sends none, until the viewer becomes an editor", async () => {
    const { owner, guest, guestId, id } = await shared("viewer");
    const [ofOwner, ofGuest] = [await owner.openFiles(id), await guest.openFiles(id)];
    await ofOwner.workspace.write("output/owner.md", "by the owner");
    await expect
      .poll(() => ofGuest.workspace.stat("output/owner.md").catch(() => null), { timeout: 8_000 })
      .not.toBeNull();
    await ofGuest.workspace.write("output/guest.md", "by the viewer");
    await guest.say(id, "waits");
    await expect.poll(() => guest.store.filesWaiting(), { timeout: 5_000 }).toEqual([]);
    await guest.sync.syncNow();
    expect(guest.sync.status()).toMatchObject({ state: "synced", pending: 0 });
    await owner.sync.syncNow();
    expect(await ofOwner.workspace.stat("output/guest.md").catch(() => null)).toBeNull();

    await owner.sync.setRole(id, guestId, "editor");
    await expect.poll(() => roleOf(guest, id), { timeout: 5_000 }).toBe("editor");
    await expect.poll(() => owner.texts(id), { timeout: 5_000 }).toContain("waits");
    await expect
      .poll(() => ofOwner.workspace.stat("output/guest.md").catch(() => null), { timeout: 8_000 })
      .not.toBeNull();
    expect(shareOf(guest, id)).toMatchObject({ unshared: false });
  });

  it("says that files a viewer changed stay there", async () => {
    const { owner, guest, id } = await shared("viewer");
    const [ofOwner, ofGuest] = [await owner.openFiles(id), await guest.openFiles(id)];
    await ofOwner.workspace.write("output/owner.md", "by the owner");
    await expect
      .poll(() => ofGuest.workspace.stat("output/owner.md").catch(() => null), { timeout: 8_000 })
      .not.toBeNull();
    expect(shareOf(guest, id)).toMatchObject({ role: "viewer", unshared: false });
    await ofGuest.workspace.write("output/owner.md", "by the viewer");
    await expect.poll(() => shareOf(guest, id), { timeout: 5_000 }).toMatchObject({ unshared: true });
    expect(guest.sync.status()).toMatchObject({ state: "synced", pending: 0 });
    expect(await ofOwner.workspace.readText("output/owner.md")).toBe("by the owner");
  });

  it("tells an editor who becomes a viewer at once, also when the change is met by a push", async () => {
    const { owner, guest, guestId, id } = await shared("editor");
    guest.goOffline();
    await guest.say(id, "too late");
    await owner.sync.setRole(id, guestId, "viewer");
    guest.goOnline();
    await guest.sync.syncNow();
    expect(shareOf(guest, id)).toMatchObject({ role: "viewer", unshared: true });
    expect(guest.sync.status()).toMatchObject({ state: "synced", pending: 0 });
    expect(await guest.texts(id)).toContain("too late");
    expect(await owner.texts(id)).not.toContain("too late");
  });

  it("ends for who is removed: what is here stays, later changes are not sent and are no error", async () => {
    const { owner, guest, guestId, id } = await shared("editor");
    const removed = performance.now();
    await owner.sync.removeMember(id, guestId);
    await expect.poll(() => roleOf(guest, id), { timeout: 10_000 }).toBe("none");
    console.log(`members: known to the removed ${(performance.now() - removed).toFixed(0)} ms after`);
    await owner.say(id, "without you");
    await guest.say(id, "without them");
    await guest.sync.syncNow();
    await guest.sync.syncNow();
    expect(guest.sync.status()).toMatchObject({ state: "synced", pending: 0 });
    expect(shareOf(guest, id)).toMatchObject({ role: "none", unshared: true });
    expect(await guest.texts(id)).toEqual(["start", "re: start", "without them", "re: without them"]);
    await expect.poll(() => shareOf(owner, id)).toBeUndefined();
    await expect(guest.sync.members(id)).rejects.toMatchObject({ code: "exists" });

    // Let in again, both have everything.
    await guest.sync.takeInvitation((await owner.sync.invite(id, "editor")).url);
    await expect.poll(async () => (await guest.texts(id)).length, { timeout: 5_000 }).toBe(6);
    await expect.poll(async () => (await owner.texts(id)).length, { timeout: 5_000 }).toBe(6);
  });

  it("is left, in all browsers of the account", async () => {
    const { owner, guest, secret, id } = await shared("viewer");
    const second = browser();
    await second.sync.signIn(secret, "guest's second");
    await expect.poll(() => roleOf(second, id)).toBe("viewer");
    await guest.sync.leave(id);
    for (const one of [guest, second])
      await expect.poll(() => roleOf(one, id), { timeout: 10_000 }).toBe("none");
    // Deleting the copy that stayed is nobody's business, and no error.
    await guest.conversations.delete(id);
    await guest.sync.syncNow();
    expect(guest.sync.status()).toMatchObject({ state: "synced", pending: 0 });
    expect((await owner.conversations.list()).map((one) => one.id)).toContain(id);
    await expect(owner.sync.leave(id)).rejects.toMatchObject({ code: "not-found" });
  });

  it.each([
    ["hidden", false],
    ["removed for good", true],
  ])(
    "stays the others' when the copy of who was removed is %s, also once they are let in again",
    async (_, purges) => {
      const { owner, guest, guestId, id } = await shared("editor");
      await owner.sync.removeMember(id, guestId);
      await expect.poll(() => roleOf(guest, id), { timeout: 10_000 }).toBe("none");
      await guest.conversations.delete(id);
      if (purges) await guest.conversations.purge(id);
      await guest.sync.syncNow();
      await guest.sync.takeInvitation((await owner.sync.invite(id, "editor")).url);
      await guest.sync.syncNow();
      await owner.sync.syncNow();
      expect((await owner.conversations.list()).map((one) => one.id)).toEqual([id]);
      await expect.poll(() => guest.texts(id), { timeout: 5_000 }).toEqual(["start", "re: start"]);
      expect((await guest.conversations.list()).map((one) => one.id)).toContain(id);
    },
  );

  it("is still another account's for a browser that changed accounts", async () => {
    const { one: owner } = await person("owner");
    const { id } = await owner.conversations.create();
    await owner.say(id, "start");
    await owner.sync.syncNow();
    await owner.sync.signOut();
    await owner.sync.create("another account");
    await expect.poll(() => owner.sync.status()).toMatchObject({ state: "error", error: { code: "exists" } });
  });

  it("shows members their names, and lists and revokes invitations", async () => {
    const { owner, guest, id } = await shared("editor");
    expect(await guest.sync.displayName()).toBeNull();
    await guest.sync.setDisplayName("Zoë");
    expect(await guest.sync.displayName()).toBe("Zoë");
    expect(await owner.sync.members(id)).toMatchObject([
      { role: "owner", self: true },
      { role: "editor", self: false, name: "Zoë" },
    ]);
    const { handle, url } = await owner.sync.invite(id, "viewer");
    expect(await owner.sync.invitations(id)).toMatchObject([{ handle, role: "viewer" }]);
    await owner.sync.revokeInvitation(id, handle);
    expect(await owner.sync.invitations(id)).toEqual([]);
    const { one: third } = await person("third");
    await expect(third.sync.takeInvitation(url)).rejects.toMatchObject({ code: "not-found" });
    await expect(guest.sync.invite(id, "viewer")).rejects.toMatchObject({ code: "unauthorized" });
  });

  it("can be shared before anything was written in it, and not without an account", async () => {
    const { one: owner } = await person("owner");
    const { id } = await owner.conversations.create();
    expect(await owner.sync.members(id)).toMatchObject([{ role: "owner", self: true }]);
    expect((await owner.sync.invite(id, "editor")).url).toMatch(/\/#\/join\/[0-9a-f]{32}$/);
    const nobody = browser();
    await expect(nobody.sync.members(id)).rejects.toMatchObject({ code: "not-found" });
  });
});
