import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { afterAll, expect } from "vitest";

import type { Database } from "../../../sync-server/db/database.ts";
import { createLog } from "../../../sync-server/log.ts";
import { gitRemote } from "../../../sync-server/routes/git-remote.ts";
import { createSyncParts } from "../../../sync-server/routes/sync/sync-parts.ts";
import type { SyncLimits } from "../../../sync-server/routes/sync/sync-env.ts";
import type { DatabaseKind } from "../../support/databases/databases.ts";
import { useDatabase } from "../../support/databases/use-database.ts";
import { git, temporaryFolder } from "../../support/git-server/git.ts";
import { commit, write } from "../../support/git-server/sample-repository.ts";
import { listenRoutes, type ListeningRoutes } from "../../support/sync/listen-routes.ts";
import { syncLimits } from "../../support/sync/sync-limits.ts";
import { SyncServer, type Person } from "./sync-fixture.ts";

/** Conversations as Git remotes on a port of this machine, and people who use them. */
export class GitRemoteServer {
  readonly database: Database;
  readonly api: SyncServer;
  readonly #server: ListeningRoutes;
  readonly #folders: string[] = [];
  /** What was logged. */
  readonly lines: string[];

  private constructor(database: Database, server: ListeningRoutes, lines: string[]) {
    this.database = database;
    this.api = new SyncServer(database);
    this.#server = server;
    this.lines = lines;
  }

  static async start(
    database: Database,
    limits: Partial<SyncLimits> = {},
    now = Date.now,
  ): Promise<GitRemoteServer> {
    const lines: string[] = [];
    const log = createLog("debug", { write: (line: string) => void lines.push(line) });
    const parts = createSyncParts({ database, limits: syncLimits(limits), now });
    const server = await listenRoutes("/git", gitRemote({ ...parts, log }));
    return new GitRemoteServer(database, server, lines);
  }

  get port(): number {
    return this.#server.port;
  }

  /** A conversation's address with a token in it. */
  url(space: string, token: string): string {
    return `http://git:${token}@127.0.0.1:${this.port}/git/${space}.git`;
  }

  async newSpace(person: Person, encrypted = false): Promise<string> {
    const id = randomBytes(16).toString("hex");
    const body = { kind: "conversation", encrypted, ...(encrypted ? { key: "k".repeat(80) } : {}) };
    await this.api.call("PUT", `/spaces/${id}`, { token: person.token, body });
    return id;
  }

  /** A new conversation of the person's, and its address. */
  async newRemote(person: Person): Promise<{ space: string; url: string }> {
    const space = await this.newSpace(person);
    return { space, url: this.url(space, person.token) };
  }

  /** A temporary folder that goes with the server. */
  folder(): string {
    const folder = temporaryFolder();
    this.#folders.push(folder);
    return folder;
  }

  /** A working folder with a commit, that is not pushed yet. */
  async work(files: Record<string, string | Buffer> = { "a.txt": "one\n" }): Promise<string> {
    const folder = this.folder();
    await git(folder, "init", "-q", "-b", "main", ".");
    for (const [path, content] of Object.entries(files)) write(folder, path, content);
    await commit(folder, "first");
    return folder;
  }

  /** A clone, checked by fsck. */
  async clone(url: string, ...options: string[]): Promise<string> {
    const folder = this.folder();
    await git(folder, ...configOf(options), "clone", "-q", ...rest(options), url, "clone");
    await fsck(`${folder}/clone`);
    return `${folder}/clone`;
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
    const failures = this.lines.filter((line) => /"level":[45]0/.test(line));
    expect(failures).toEqual([]);
  }
}

/** What the tests of a Git remote work with, on one kind of database. */
export interface GitRemoteBench {
  database: Database;
  server: GitRemoteServer;
  person: Person;
}

/** To be called in a describe: a server over a new database for all its tests, and one person, told of before the first test. */
export function useGitRemote(start: DatabaseKind["start"], ready: (bench: GitRemoteBench) => void): void {
  let server: GitRemoteServer;
  useDatabase(start, async (database) => {
    server = await GitRemoteServer.start(database);
    ready({ database, server, person: await server.api.newPerson() });
  });
  // Hooks of the end run in reverse: the server stops before its database does.
  afterAll(() => server?.stop());
}

/** Options before the command are pairs of `-c`. */
function configOf(options: string[]): string[] {
  return options.flatMap((option, at) => (option === "-c" ? ["-c", options[at + 1] ?? ""] : []));
}

function rest(options: string[]): string[] {
  return options.filter((option, at) => option !== "-c" && options[at - 1] !== "-c");
}

/** Fails when Git finds anything wrong. */
export async function fsck(folder: string): Promise<void> {
  const said = await git(folder, "fsck", "--full", "--strict", "--no-dangling");
  if (said.replace(/^notice: .*$/gm, "").trim() !== "") throw new Error(`git fsck: ${said}`);
}

/** What Git said when it failed; throws when it did not. */
export async function refusal(folder: string, ...args: string[]): Promise<string> {
  let said = "";
  try {
    said = await git(folder, ...args);
  } catch (error) {
    return String((error as { stderr?: unknown }).stderr ?? error);
  }
  throw new Error(`Git did it, and said: ${said}`);
}

export async function saveAs(folder: string, files: Record<string, string | Buffer>): Promise<string> {
  for (const [path, content] of Object.entries(files)) write(folder, path, content);
  return commit(folder, `change ${Object.keys(files).join(" ")}`);
}

/** What a space is said to take is what it takes. */
export async function expectQuota({ kysely }: Database, space: string): Promise<void> {
  const parts = await kysely.selectFrom("blob_parts").select("bytes").where("space_id", "=", space).execute();
  const items = await kysely.selectFrom("items").select("body").where("space_id", "=", space).execute();
  const taken =
    parts.reduce((sum, { bytes }) => sum + 100 + bytes.length, 0) +
    items.reduce((sum, { body }) => sum + 100 + (body?.length ?? 0), 0);
  const row = await kysely.selectFrom("spaces").select("bytes").where("id", "=", space).executeTakeFirst();
  expect(Number(row?.bytes)).toBe(taken);
}
