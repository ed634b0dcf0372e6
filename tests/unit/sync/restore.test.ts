import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

import { backupCommand } from "../../../sync-server/backup-command.ts";
import { openDatabase } from "../../../sync-server/db/open.ts";
import { raiseEpochs } from "../../../sync-server/repos/epochs.ts";
import { freePort } from "../../support/e2e/app-server.ts";
import { SyncBrowser, type OpenFiles } from "../../support/sync/sync-browser.ts";
import { listenSync, type ListeningSync } from "../../support/sync/sync-server.ts";

const SOON = { timeout: 8_000, interval: 50 };

/** A sync server whose database can be set back to a backup, as an operator does it. */
class RestorableServer {
  readonly url: string;
  readonly #folder = mkdtempSync(join(tmpdir(), "okcvm-found-"));
  readonly #port: number;
  #database: Awaited<ReturnType<typeof openDatabase>> | null = null;
  #server: ListeningSync | null = null;

  constructor(port: number) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  get #path(): string {
    return join(this.#folder, "okcvm.db");
  }

  async start(): Promise<void> {
    this.#database = await openDatabase({ kind: "sqlite", path: this.#path });
    this.#server = await listenSync(this.#database, { port: this.#port });
  }

  backup(): string {
    const file = join(this.#folder, `backup-${Math.random()}.db`);
    backupCommand([file], { OKCVM_DATABASE_URL: `sqlite://${this.#path}` });
    return file;
  }

  async restore(file: string): Promise<void> {
    await this.stop();
    for (const end of ["", "-wal", "-shm"]) rmSync(`${this.#path}${end}`, { force: true });
    copyFileSync(file, this.#path);
    const database = await openDatabase({ kind: "sqlite", path: this.#path });
    await raiseEpochs(database, Date.now());
    await database.close();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.#database?.close();
    this.#server = null;
    this.#database = null;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

describe("after a restore from a backup", () => {
  const open: SyncBrowser[] = [];
  let server: RestorableServer;

  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    await server.stop();
    server.remove();
  });

  async function two(): Promise<{ a: SyncBrowser; b: SyncBrowser; id: string; secret: string }> {
    server = new RestorableServer(await freePort());
    await server.start();
    const [a, b] = [new SyncBrowser({ server: server.url }), new SyncBrowser({ server: server.url })];
    open.push(a, b);
    const { secret } = await a.sync.create("first");
    await b.sync.signIn(secret, "second");
    const { id } = await a.conversations.create();
    await a.say(id, "hello");
    await a.conversations.rename(id, "before");
    await a.settings.save({ ...(await a.settings.load()), maxSteps: 5 });
    await calm(a, b);
    return { a, b, id, secret };
  }

  async function calm(...all: SyncBrowser[]): Promise<void> {
    for (let round = 0; round < 3; round += 1)
      for (const one of all)
        await expect
          .poll(
            () =>
              one.sync.syncNow().then(
                () => "ok",
                (error: Error) => error.message,
              ),
            SOON,
          )
          .toBe("ok");
  }

  it("a title of after the backup is still there", async () => {
    const { a, b, id } = await two();
    const file = server.backup();
    await a.conversations.rename(id, "after");
    await a.say(id, "more");
    await calm(a, b);
    await server.restore(file);
    await calm(a, b);
    expect([await a.titles(), await b.titles()]).toEqual([["after"], ["after"]]);
    expect([(await a.texts(id)).length, (await b.texts(id)).length]).toEqual([4, 4]);
  });

  it("what was brought back after the backup is not deleted again", async () => {
    const { a, b, id, secret } = await two();
    await a.conversations.delete(id);
    await calm(a, b);
    const file = server.backup();
    await a.conversations.undelete(id);
    await calm(a, b);
    await server.restore(file);
    await calm(a, b);
    expect([await a.titles(), await b.titles()]).toEqual([["before"], ["before"]]);
    const c = new SyncBrowser({ server: server.url });
    open.push(c);
    await c.sync.signIn(secret, "third");
    await calm(c);
    expect(await c.titles()).toEqual(["before"]);
  });

  it("a setting of after the backup is still there", async () => {
    const { a, b } = await two();
    const file = server.backup();
    await a.settings.save({ ...(await a.settings.load()), maxSteps: 7 });
    await calm(a, b);
    expect((await b.settings.load()).maxSteps).toBe(7);
    await server.restore(file);
    await calm(a, b);
    expect([(await a.settings.load()).maxSteps, (await b.settings.load()).maxSteps]).toEqual([7, 7]);
  });

  it("a setting that waits while the server is set back is not lost", async () => {
    const { a, b } = await two();
    const file = server.backup();
    await server.restore(file);
    await calm(b);
    a.goOffline();
    await a.settings.save({ ...(await a.settings.load()), maxSteps: 7 });
    a.goOnline();
    await calm(a, b);
    expect([(await a.settings.load()).maxSteps, (await b.settings.load()).maxSteps]).toEqual([7, 7]);
  });

  it("files of after the backup reach a browser that signs in later", async () => {
    const { a, b, id, secret } = await two();
    const fa = await a.openFiles(id);
    await fa.workspace.write("before.txt", "1");
    await fa.workspace.snapshot("before");
    await calm(a, b);
    await expect.poll(() => a.sync.status(), SOON).toMatchObject({ state: "synced", pending: 0 });
    const file = server.backup();
    await fa.workspace.write("after.txt", "2");
    await fa.workspace.snapshot("after");
    await expect.poll(() => a.sync.status(), SOON).toMatchObject({ state: "synced", pending: 0 });
    await calm(a, b);
    await server.restore(file);
    await calm(a, b);
    await expect.poll(() => a.sync.status(), SOON).toMatchObject({ state: "synced", pending: 0 });
    const c = new SyncBrowser({ server: server.url });
    open.push(c);
    await c.sync.signIn(secret, "third");
    await calm(c);
    const fc = await c.openFiles(id);
    await expect.poll(() => namesOf(fc), SOON).toEqual(["after.txt", "before.txt"]);
  });

  it("files go on to be exchanged", async () => {
    const { a, b, id } = await two();
    const [fa, fb] = [await a.openFiles(id), await b.openFiles(id)];
    await fa.workspace.write("before.txt", "1");
    await fa.workspace.snapshot("before");
    await expect.poll(() => namesOf(fb), SOON).toEqual(["before.txt"]);
    const file = server.backup();
    await fa.workspace.write("after.txt", "2");
    await fa.workspace.snapshot("after");
    await expect.poll(() => namesOf(fb), SOON).toEqual(["after.txt", "before.txt"]);
    await calm(a, b);
    await server.restore(file);
    await calm(a, b);
    await fa.workspace.write("later.txt", "3");
    await fa.workspace.snapshot("later");
    await expect.poll(() => namesOf(fb), SOON).toEqual(["after.txt", "before.txt", "later.txt"]);
    await expect.poll(() => a.sync.status(), SOON).toMatchObject({ state: "synced", pending: 0 });
  });
});

async function namesOf({ workspace }: OpenFiles): Promise<string[]> {
  const entries = await workspace.list("", { recursive: true });
  return entries.map(({ path }) => path.slice(workspace.root.length + 1)).toSorted();
}
