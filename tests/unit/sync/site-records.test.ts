import { describe, expect, it } from "vitest";

import type { DeploymentRecord } from "../../../src/domain/deployment.ts";
import { itemId, readItemId } from "../../../src/domain/sync-items.ts";
import { DexieDeployments } from "../../../src/store/deployments.ts";
import { Outbox } from "../../../src/store/outbox.ts";
import { readBody, writeBody } from "../../../src/sync/item-bodies.ts";
import { useSyncBench } from "../../support/sync/sync-bench.ts";
import type { SyncBrowser } from "../../support/sync/sync-browser.ts";

const ID = "0123456789abcdef0123";

function record(conversationId: string, changes: Partial<DeploymentRecord> = {}): DeploymentRecord {
  return {
    id: ID,
    conversationId,
    source: "/mnt/okcomputer/site",
    title: "Tides",
    createdAt: 1_800_000_000_000,
    files: 1,
    bytes: 12,
    snapshotId: "a".repeat(40),
    sources: [{ path: "index.html", from: "site/index.html" }],
    ...changes,
  };
}

describe("what is told of published sites", () => {
  const bench = useSyncBench();
  const records = (one: SyncBrowser): DexieDeployments => new DexieDeployments(one.db, new Outbox(one.db));

  it("is in the account's other browsers, and goes with the conversation", async () => {
    const { a, b } = await bench.two();
    const { id } = await a.conversations.create();
    await a.say(id, "make a site");
    await records(a).add(record(id));
    await expect.poll(() => records(b).list(id)).toEqual([record(id)]);
    expect(await records(b).get(ID)).toEqual(record(id));
    expect(await records(b).get("x".repeat(20))).toBeNull();
    await b.conversations.delete(id);
    await b.conversations.purge(id);
    expect(await records(b).list(id)).toEqual([]);
  });

  it("goes along with what is here when the account is made", async () => {
    const [a, b] = [bench.browser(), bench.browser()];
    const { id } = await a.conversations.create();
    await a.say(id, "make a site");
    await records(a).add(record(id));
    const { secret } = await a.sync.create("first");
    await b.sync.signIn(secret, "second");
    await expect.poll(() => records(b).list(id)).toEqual([record(id)]);
  });
});

describe("a site's item", () => {
  const space = "c".repeat(32);
  const name = { kind: "site", deploymentId: ID } as const;
  const body = (changes: Partial<Record<keyof DeploymentRecord, unknown>> = {}): string =>
    writeBody({
      kind: "site",
      record: record(space, changes as Partial<DeploymentRecord>),
    });

  it("is read as it was written", () => {
    expect(readItemId(itemId(name))).toEqual(name);
    expect(readBody(space, name, body())).toMatchObject({ kind: "site", record: record(space) });
    // Its id and its conversation are those of where it lies, whatever it says.
    expect(body()).not.toContain(space);
  });

  it.each([
    { path: "__okcvm/worker.js", from: "x" },
    { path: "../x", from: "x" },
    { path: "/x", from: "x" },
    { path: "a\\b", from: "x" },
    { path: "", from: "x" },
    { path: "x".repeat(1_025), from: "x" },
  ])("with a file that leads out of the site is none (%#)", (source) => {
    expect(readBody(space, name, body({ sources: [source] }))).toBeNull();
  });

  it("with a snapshot that is none, or too many files, is none", () => {
    expect(readBody(space, name, body({ snapshotId: "main" }))).toBeNull();
    const many = Array.from({ length: 2_001 }, (_, at) => ({ path: `${at}`, from: "x" }));
    expect(readBody(space, name, body({ sources: many }))).toBeNull();
  });
});
