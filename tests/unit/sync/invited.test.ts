import { describe, expect, it } from "vitest";

import { AccountInvitations } from "../../../sync-server/repos/account-invitations.ts";
import { useSyncBench } from "../../support/sync/sync-bench.ts";

describe("accounts by invitation", () => {
  const bench = useSyncBench({ registration: "invite-only" });
  const link = async (): Promise<string> => {
    const made = await new AccountInvitations(bench.database, Date.now).make(null);
    return `${bench.url}/#/welcome/${made?.id}`;
  };
  const accounts = async (): Promise<number> =>
    (await bench.database.kysely.selectFrom("accounts").select("id").execute()).length;

  it("are made with a link, which others are given in turn and can be taken back", async () => {
    const a = bench.browser();
    await expect(a.sync.create("first")).rejects.toMatchObject({ code: "unauthorized" });
    await expect(a.sync.create("first", false, "nonsense")).rejects.toMatchObject({ code: "bad-arguments" });
    await a.sync.create("first", false, await link());
    const [first, second] = [await a.sync.accountInvitations.make(), await a.sync.accountInvitations.make()];
    expect(await a.sync.accountInvitations.open()).toHaveLength(2);
    await a.sync.accountInvitations.revoke(second.handle);
    const b = bench.browser();
    await expect(b.sync.create("second", false, second.url)).rejects.toMatchObject({ code: "unauthorized" });
    await b.sync.create("second", false, first.url);
    expect(await a.sync.accountInvitations.open()).toEqual([]);
    expect((await b.sync.account())?.id).not.toBe((await a.sync.account())?.id);
  });

  it("are found again when the answer was lost: the link is not wasted, nor the account", async () => {
    let lose = true;
    const lossy: typeof fetch = async (input, init) => {
      const reply = await fetch(input, init);
      if (!lose || !String(input).endsWith("/accounts")) return reply;
      lose = false;
      throw new TypeError("the answer is lost");
    };
    const before = await accounts();
    const a = bench.browser({ fetch: lossy });
    const invitation = await link();
    await expect(a.sync.create("first", true, invitation)).rejects.toMatchObject({ code: "unreachable" });
    const { secret } = await a.sync.create("first", true, invitation);
    expect(await accounts()).toBe(before + 1);
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    // What it was told signs in, and opens what is encrypted.
    const b = bench.browser();
    await b.sync.signIn(secret, "second");
    await expect.poll(() => b.texts(id)).toEqual(["hello", "re: hello"]);
  });
});
