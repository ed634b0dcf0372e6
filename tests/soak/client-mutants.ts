import type { Mutant } from "./mutants.ts";

const STORE = "src/store/sync-store.ts";
const OUTBOX = "src/store/outbox.ts";
const PULLER = "src/sync/puller.ts";
const EXCHANGE = "src/sync/files-exchange.ts";

export const CLIENT_MUTANTS: readonly Mutant[] = [
  {
    name: "off the list before the answer",
    side: "client",
    file: "src/sync/pusher.ts",
    find: "const reply = await this.#api.push(space, ops, cursor);",
    replace: `await this.#store.acknowledge(changes);
    const reply = await this.#api.push(space, ops, cursor);`,
  },
  {
    name: "an answer takes off what was changed meanwhile",
    side: "client",
    file: STORE,
    find: "if (row?.rev === rev) await outbox.delete([space, id]);",
    replace: "if (row) await outbox.delete([space, id]);",
  },
  {
    name: "the cursor before the items",
    side: "client",
    file: STORE,
    find: "const news = await this.#all(async () => {",
    replace: `for (const { space, arrived, next } of all) {
      if (!next || arrived.changes.length === 0) continue;
      await this.#all(() => moveCursor(this.#db, space, next));
      await new Promise((go) => setTimeout(go, 20));
    }
    const news = await this.#all(async () => {`,
  },
  {
    name: "the clock does not follow what it saw",
    side: "client",
    file: OUTBOX,
    find: "stamp: stamp > clock.stamp ? stamp : clock.stamp });",
    replace: "stamp: clock.stamp });",
  },
  {
    name: "only the newest change is noted",
    side: "client",
    file: OUTBOX,
    find: "await this.#db.outbox.bulkPut(rows);",
    replace: "await this.#db.outbox.bulkPut(rows.slice(-1));",
  },
  {
    name: "what arrives goes over what waits",
    side: "client",
    file: "src/store/versions.ts",
    find: "const row = await db.outbox.get([space, id]);",
    replace: "const row = null;",
  },
  {
    name: "what arrives always wins",
    side: "client",
    file: "src/store/take-changes.ts",
    find: "if (!(await isNewer(db, { space, id, stamp, device }, self))) continue;",
    replace: "",
  },
  {
    name: "nothing goes up again after a restore",
    side: "client",
    file: PULLER,
    find: "await this.#store.repush(space, has);",
    replace: "",
    restore: true,
  },
  {
    name: "a merge takes theirs only",
    side: "client",
    file: "src/workspace/history/branch-merger.ts",
    find: "const forward = ours === null || (await ancestorsOf(theirs, store)).has(ours);",
    replace: "const forward = true;",
  },
  {
    name: "a merge drops the other version",
    side: "client",
    file: "src/workspace/history/merge-trees.ts",
    find: `    this.set(path, stays);
    this.#putAside(path, aside);`,
    replace: "    this.set(path, stays ?? aside);",
  },
  {
    name: "a refused branch counts as taken",
    side: "client",
    file: EXCHANGE,
    find: "else behind = true;",
    replace: "else taken.push({ hash, name, oid, was: null, seq: result?.seq ?? 0 });",
  },
  {
    name: "a reply's steps go over what others did",
    side: "client",
    file: EXCHANGE,
    find: "return ref !== undefined && !this.#isIn(ref);",
    replace: "return false;",
  },
  {
    name: "nobody looks after a page that died",
    side: "client",
    file: "src/sync/files-keeper.ts",
    find: "...(await store.filesOpen())",
    replace: "",
  },
  {
    name: "an encrypted conversation goes out readable",
    side: "client",
    file: "src/sync/remote-space.ts",
    find: "return this.#cipher ? this.#cipher.sealBody(place, text) : text;",
    replace: "return text;",
  },
  {
    name: "what is sealed is another's place",
    side: "client",
    file: "src/sync/remote-space.ts",
    find: "return this.#cipher ? this.#cipher.sealBody(place, text) : text;",
    replace: 'return this.#cipher ? this.#cipher.sealBody({ ...place, stamp: "" }, text) : text;',
  },
];
