import "fake-indexeddb/auto";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { attendTask, leaveTask, tellUnattended } from "../../../src/ui/git/attended-tasks.ts";
import { createGitTask, type GitStage, type GitTask } from "../../../src/ui/git/git-task.ts";
import { dismissToast, toasts } from "../../../src/ui/state/toasts.ts";
import type { Okcvm, Session } from "../../../src/vm/api.ts";
import { gitRemotes } from "../../../src/vm/git-remotes.ts";
import type { WorkspaceClient } from "../../../src/workspace/workspace-client.ts";
import { startGitServer, type GitServer } from "../../support/git-server/git-server.ts";
import { git, temporaryFolder } from "../../support/git-server/git.ts";
import { startPassingServer } from "../../support/git-server/passing-server.ts";
import { commit, write } from "../../support/git-server/sample-repository.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";
import { MemorySettings } from "../../support/ports/memory-settings.ts";

const TOKEN = "canary-token-1234567890";
let host: GitServer;
let closed: GitServer;
let server: Awaited<ReturnType<typeof startPassingServer>>;
let settings: MemorySettings;
let remotes: Okcvm["git"];
let ws: WorkspaceClient;
let session: Session;
const stored = new Map<string, string>();
let count = 0;

beforeAll(async () => {
  host = await startGitServer();
  closed = await startGitServer({ login: `x-access-token:${TOKEN}` });
  server = await startPassingServer(host.host, closed.host);
});
afterAll(async () => {
  await Promise.all([host.stop(), closed.stop(), server.stop()]);
});
beforeEach(async () => {
  stored.clear();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    },
  });
  settings = new MemorySettings();
  remotes = gitRemotes(settings);
  ws = await openHub(freshId(), server.origin);
  session = { id: "c1", workspace: ws, following: false } as unknown as Session;
});
afterEach(() => {
  host.answerWith(() => false);
  toasts().forEach((toast) => dismissToast(toast.id));
});

/** A repository with two files; its working folder and its bare one. */
async function repository(on = host): Promise<{ url: string; bare: string; work: string }> {
  const name = `r${count++}.git`;
  const bare = await on.create(name);
  const work = temporaryFolder();
  await git(work, "init", "-q", "--initial-branch=main", ".");
  write(work, "README.md", "# Theirs\n");
  await commit(work, "first");
  write(work, "src/a.txt", "a\n");
  await commit(work, "second");
  await git(work, "push", "-q", bare, "main");
  return { url: on.url(name), bare, work };
}

async function run(task: GitTask, fields: Parameters<GitTask["edit"]>[0] = {}): Promise<GitStage> {
  task.edit(fields);
  await task.start();
  return task.stage();
}

function problem(stage: GitStage): { place: string; code: string } | null {
  if (stage.kind !== "form" || !stage.problem) return null;
  return { place: stage.problem.place, code: stage.problem.error.code };
}

describe("an import", () => {
  it("brings the files, and remembers the address for its conversation", async () => {
    const { url } = await repository();
    const stage = await run(createGitTask(remotes, session, "import"), { address: ` ${url} ` });
    expect(stage).toMatchObject({ kind: "imported", snapshot: { kind: "commit" }, thenPush: false });
    expect(await ws.readText("src/a.txt")).toBe("a\n");
    expect(createGitTask(remotes, session, "push").fields().address).toBe(url);
    const other = { ...session, id: "c2" };
    expect(createGitTask(remotes, other, "push").fields().address).toBe("");
  });

  it("that fails says why at the field, keeps what was typed, and works when it is tried again", async () => {
    const { url, bare, work } = await repository();
    const task = createGitTask(remotes, session, "import");
    expect(problem(await run(task))).toEqual({ place: "address", code: "bad-arguments" });
    expect(problem(await run(task, { address: host.url("none.git") }))).toEqual({
      place: "address",
      code: "not-found",
    });
    const typed = { address: url, branch: "dev" };
    expect(problem(await run(task, typed))).toEqual({ place: "branch", code: "not-found" });
    expect(task.fields()).toMatchObject(typed);
    await git(work, "push", "-q", bare, "main:dev");
    expect((await run(task)).kind).toBe("imported");
  });

  it("tells a host that is not there, and a server that passes nothing on", async () => {
    const task = createGitTask(remotes, session, "import");
    const gone = await startGitServer();
    const { host: name } = gone;
    await gone.stop();
    expect(problem(await run(task, { address: `http://${name}/x.git` }))?.place).toBe("form");
    const bare = await openHub(freshId(), host.url("").slice(0, -1));
    const lost = { ...session, workspace: bare };
    const stage = await run(createGitTask(remotes, lost, "import"), { address: "https://github.com/a/b" });
    expect(problem(stage)).toEqual({ place: "form", code: "unreachable" });
  });

  it("shows how far it is, and can be cancelled", async () => {
    const { url } = await repository();
    const task = createGitTask(remotes, session, "import");
    let phase: string | undefined;
    host.answerWith((request) => {
      if (request.method !== "POST") return false;
      const stage = task.stage();
      if (stage.kind === "running") phase = stage.progress?.phase;
      task.cancel();
      return true;
    });
    expect(problem(await run(task, { address: url }))).toEqual({ place: "form", code: "aborted" });
    expect(phase).toBe("connect");
    expect(await ws.list("")).toEqual([]);
    host.answerWith(() => false);
    expect((await run(task)).kind).toBe("imported");
  });
});

describe("a token", () => {
  it("is asked for when the host wants one, told when it is wrong, and kept when that is asked", async () => {
    const { url } = await repository(closed);
    const task = createGitTask(remotes, session, "import");
    expect(task.ownToken()).toBe(false);
    expect(problem(await run(task, { address: url }))).toEqual({ place: "token", code: "unauthorized" });
    expect(task.ownToken()).toBe(true);
    expect(problem(await run(task, { token: "wrong", remember: true }))).toEqual({
      place: "token",
      code: "unauthorized",
    });
    expect(await remotes.hasToken(url)).toBe(false);
    expect((await run(task, { token: ` ${TOKEN}\n` })).kind).toBe("imported");
    expect(await remotes.hasToken(url)).toBe(true);
    expect((await run(createGitTask(remotes, session, "import"))).kind).toBe("imported");
    expect([...stored].join(" ")).not.toContain("token");
  });

  it("that was kept and is refused is asked for anew, and the new one is kept", async () => {
    const { url } = await repository(closed);
    await settings.setGitToken(closed.host, "expired");
    const task = createGitTask(remotes, session, "import");
    expect(problem(await run(task, { address: url }))?.place).toBe("token");
    expect(task.fields().remember).toBe(true);
    expect((await run(task, { token: TOKEN })).kind).toBe("imported");
    expect(await settings.gitToken(closed.host)).toBe(TOKEN);
  });

  it("in the address is taken out of it at once", async () => {
    const { url } = await repository(closed);
    const task = createGitTask(remotes, session, "import");
    task.edit({ address: url.replace("http://", `http://x-access-token:${TOKEN}@`) });
    task.tidyAddress();
    expect(task.fields()).toMatchObject({ address: url, token: TOKEN, username: "x-access-token" });
    expect(task.ownToken()).toBe(true);
    expect((await run(task)).kind).toBe("imported");
    expect([...stored].join(" ")).not.toContain(TOKEN);
    task.edit({ address: "https://elsewhere.example/a/b" });
    expect(task.fields().username).toBe("");
  });
});

describe("a push", () => {
  it("puts the files there; again, nothing is new", async () => {
    const name = `r${count++}.git`;
    const bare = await host.create(name);
    await ws.write("mine", "x");
    const task = createGitTask(remotes, session, "push");
    expect(await run(task, { address: host.url(name), branch: "work" })).toMatchObject({
      kind: "pushed",
      result: { branch: "work", moved: true },
    });
    expect(await git(bare, "show", "work:mine")).toBe("x");
    expect(await run(createGitTask(remotes, session, "push"), { branch: "work" })).toMatchObject({
      kind: "pushed",
      result: { moved: false },
    });
  });

  it("tells a name that no branch can have at the branch", async () => {
    const { url } = await repository();
    await ws.write("mine", "x");
    const task = createGitTask(remotes, session, "push");
    expect(problem(await run(task, { address: url, branch: "a..b" }))).toEqual({
      place: "branch",
      code: "bad-arguments",
    });
  });

  it("that is refused goes on after an import of what is there", async () => {
    const { url, bare } = await repository();
    await ws.write("mine", "x");
    const task = createGitTask(remotes, session, "push");
    expect(problem(await run(task, { address: url }))).toEqual({ place: "form", code: "push-rejected" });
    task.importFirst("main");
    expect(task.mode()).toBe("import");
    expect(await run(task)).toMatchObject({ kind: "imported", thenPush: true });
    await task.pushAgain();
    expect(task.stage()).toMatchObject({ kind: "pushed", result: { branch: "main", moved: true } });
    await git(bare, "fsck", "--full", "--strict");
    expect(await git(bare, "show", "main:mine")).toBe("x");
    expect(await git(bare, "show", "main:README.md")).toBe("# Theirs");
  });
});

describe("a dialog that is closed", () => {
  const ways = { show: () => undefined, seeSnapshot: () => undefined };

  it("leaves a transfer going, whose end is told in a toast", async () => {
    const { url } = await repository();
    const task = attendTask(remotes, session, "import");
    task.edit({ address: url });
    const ended = task.start();
    leaveTask(session);
    expect(attendTask(remotes, session, "push")).toBe(task);
    leaveTask(session);
    await ended;
    tellUnattended(session, task, ways);
    expect(toasts().at(-1)).toMatchObject({ tone: "plain", action: { label: "See in timeline" } });
    expect(attendTask(remotes, session, "import")).not.toBe(task);
  });

  it("keeps a failure that nobody saw, and forgets what was only typed", async () => {
    const task = attendTask(remotes, session, "import");
    task.edit({ address: host.url("none.git") });
    const ended = task.start();
    leaveTask(session);
    await ended;
    tellUnattended(session, task, ways);
    expect(toasts().at(-1)).toMatchObject({ tone: "danger", action: { label: "Show" } });
    expect(attendTask(remotes, session, "import")).toBe(task);
    tellUnattended(session, task, ways);
    expect(toasts()).toHaveLength(1);
    leaveTask(session);
    expect(attendTask(remotes, session, "import")).not.toBe(task);
  });

  it("says of another tab's transfer that it cannot be watched", async () => {
    const { url } = await repository();
    const follower = { ...session, following: true };
    const task = createGitTask(remotes, follower, "import");
    task.edit({ address: url });
    const ended = task.start();
    expect(task.stage()).toMatchObject({ kind: "running", watched: false });
    await ended;
    expect(task.stage().kind).toBe("imported");
  });
});
