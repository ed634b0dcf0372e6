import "fake-indexeddb/auto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { TransferPhase } from "../../../src/domain/git-remote.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import { cloneBundle, diskPicture, filesPicture, git, temporaryFolder } from "../../support/git/real-git.ts";
import { startGitServer, type GitServer } from "../../support/git-server/git-server.ts";
import { startPassingServer } from "../../support/git-server/passing-server.ts";
import { fillRepository } from "../../support/git-server/sample-repository.ts";
import { freshId, openHub } from "../../support/ports/hub-workspace.ts";

const TOKEN = "canary-token-77";
let host: GitServer;
let closed: GitServer;
let server: Awaited<ReturnType<typeof startPassingServer>>;
let folder: ReturnType<typeof temporaryFolder>;
let ws: Workspace;
let count = 0;

beforeAll(async () => {
  host = await startGitServer();
  closed = await startGitServer({ login: `x-access-token:${TOKEN}` });
  server = await startPassingServer(host.host, closed.host);
  await fillRepository(await host.create("sample.git"));
}, 60_000);
afterAll(async () => {
  await Promise.all([host.stop(), closed.stop(), server.stop()]);
});
beforeEach(async () => {
  folder = temporaryFolder();
  ws = await openHub(freshId(), server.origin);
});
afterEach(() => folder.remove());

/** A bare repository of one's own, empty. */
async function empty(on = host): Promise<{ url: string; path: string }> {
  const name = `mine-${count++}.git`;
  return { path: await on.create(name), url: on.url(name) };
}
/** What real Git checks out of a repository at the host. */
function checkout(path: string): Record<string, string> {
  git(folder.path, "clone", "-q", path, `out-${count++}`);
  return diskPicture(`${folder.path}/out-${count - 1}`);
}

describe("an import", () => {
  test("brings every file and the whole history; Git takes it out again unchanged", async () => {
    const phases = new Set<TransferPhase>();
    const made = await ws.importGit(
      { url: host.url("sample.git") },
      { onProgress: ({ phase }) => phases.add(phase) },
    );
    expect(await filesPicture(ws)).toEqual(checkout(host.folder("sample.git")));
    expect(made.id).toBe(git(host.folder("sample.git"), "rev-parse", "main").trim());
    expect(made.kind).toBe("commit");
    expect(phases.has("connect")).toBe(true);
    const log = git(host.folder("sample.git"), "log", "--first-parent", "--format=%H", "main")
      .trim()
      .split("\n");
    expect((await ws.snapshots(500)).map(({ id }) => id)).toEqual(log);
    const clone = cloneBundle(await ws.exportGit(), folder.path);
    expect(git(clone, "rev-parse", "HEAD").trim()).toBe(made.id);
    await ws.restore(log.at(-1) ?? "");
    await ws.restore(made.id);
    expect(await filesPicture(ws)).toEqual(checkout(host.folder("sample.git")));
  });

  test("lays itself over what is there, which stays in the timeline", async () => {
    await ws.write("mine.txt", "mine");
    await ws.write("README.md", "mine too");
    await ws.snapshot("mine");
    await ws.write("unsaved", "x");
    const made = await ws.importGit({ url: host.url("sample.git") });
    const theirs = checkout(host.folder("sample.git"));
    expect(await filesPicture(ws)).toEqual({
      "mine.txt": "644 mine",
      unsaved: "644 x",
      "README.md": "644 mine too",
      ...theirs,
    });
    expect(made).toMatchObject({ kind: "import", label: expect.stringContaining("sample") });
    expect(made.parents).toHaveLength(2);
    expect((await ws.snapshots(3)).map(({ kind }) => kind)).toEqual(["import", "edits", "manual"]);
    expect(await ws.snapshotIfChanged("nothing", { kind: "manual" })).toBeNull();
    cloneBundle(await ws.exportGit(), folder.path);
  });

  test("that fails leaves everything as it was", async () => {
    await ws.write("mine", "x");
    const none = await empty();
    for (const [url, code] of [
      [host.url("none.git"), "not-found"],
      [none.url, "not-found"],
      [closed.url("sample.git"), "unauthorized"],
      ["ftp://example.com/x", "bad-arguments"],
      ["", "bad-arguments"],
    ] as const) {
      await expect(ws.importGit({ url })).rejects.toMatchObject({ code });
    }
    expect(await filesPicture(ws)).toEqual({ mine: "644 x" });
    expect(await ws.snapshots()).toEqual([]);
  });

  test("of a repository with a name that is unsafe here is refused", async () => {
    const { path, url } = await empty();
    git(folder.path, "init", "-q", "evil");
    git(`${folder.path}/evil`, "config", "core.protectNTFS", "false");
    git(`${folder.path}/evil`, "config", "core.protectHFS", "false");
    git(`${folder.path}/evil`, "commit", "-q", "--allow-empty", "-m", "start");
    const id = git(`${folder.path}/evil`, "hash-object", "-w", "-t", "blob", "/dev/null").trim();
    git(`${folder.path}/evil`, "update-index", "--add", "--cacheinfo", `100644,${id},a/git~1/config`);
    git(`${folder.path}/evil`, "commit", "-q", "-m", "evil");
    git(`${folder.path}/evil`, "push", "-q", path, "HEAD:main");
    await expect(ws.importGit({ url })).rejects.toMatchObject({ code: "bad-archive" });
    expect(await filesPicture(ws)).toEqual({});
    expect((await ws.usage()).history).toBe(0);
  });

  test("can be stopped", async () => {
    const stop = new AbortController();
    host.answerWith(() => {
      stop.abort();
      return false;
    });
    await expect(
      ws.importGit({ url: host.url("sample.git") }, { signal: stop.signal }),
    ).rejects.toMatchObject({ code: "aborted" });
    host.answerWith(() => false);
    expect(await filesPicture(ws)).toEqual({});
  });
});

describe("a push", () => {
  test("puts files and snapshots into an empty repository, and again what is new", async () => {
    const remote = await empty();
    await ws.write("日本語/😀.txt", "x");
    await ws.symlink("日本語", "link");
    await ws.apply({
      origin: "x",
      changes: [{ kind: "write", path: "run.sh", content: new Uint8Array(3), mode: 0o755 }],
    });
    const first = await ws.pushGit({ url: remote.url });
    expect(first).toMatchObject({ branch: "main", moved: true });
    git(remote.path, "fsck", "--full", "--strict");
    expect(checkout(remote.path)).toEqual(await filesPicture(ws));
    await ws.write("more", "y");
    const second = await ws.pushGit({ url: remote.url });
    expect(second.commit).not.toBe(first.commit);
    expect(checkout(remote.path)).toEqual(await filesPicture(ws));
    expect(await ws.pushGit({ url: remote.url })).toMatchObject({ moved: false, commit: second.commit });
  });

  test("goes on from what was imported", async () => {
    const remote = await empty();
    git(host.folder("sample.git"), "push", "-q", remote.path, "main");
    await ws.importGit({ url: remote.url });
    await ws.write("added-here.txt", "new");
    await ws.pushGit({ url: remote.url });
    git(remote.path, "fsck", "--full", "--strict");
    expect(checkout(remote.path)).toEqual(await filesPicture(ws));
    expect(
      git(
        remote.path,
        "merge-base",
        "--is-ancestor",
        git(host.folder("sample.git"), "rev-parse", "main").trim(),
        "main",
      ),
    ).toBe("");
  });

  test("is refused when the remote has commits of its own, and works after an import of them", async () => {
    const remote = await empty();
    await ws.write("a", "1");
    await ws.pushGit({ url: remote.url });
    git(folder.path, "clone", "-q", remote.path, "other");
    git(`${folder.path}/other`, "commit", "-q", "--allow-empty", "-m", "theirs");
    git(`${folder.path}/other`, "push", "-q");
    await ws.write("a", "2");
    await expect(ws.pushGit({ url: remote.url })).rejects.toMatchObject({ code: "push-rejected" });
    await ws.importGit({ url: remote.url });
    await ws.write("a", "2");
    await ws.pushGit({ url: remote.url });
    expect(checkout(remote.path)).toEqual({ a: "644 2" });
  });

  test("needs the token of a repository that is closed", async () => {
    const remote = await empty(closed);
    await ws.write("a", "1");
    await expect(ws.pushGit({ url: remote.url })).rejects.toMatchObject({ code: "unauthorized" });
    await expect(ws.pushGit({ url: remote.url, token: "wrong" })).rejects.toMatchObject({
      code: "unauthorized",
    });
    await ws.pushGit({ url: remote.url, token: TOKEN, branch: "work" });
    expect(git(remote.path, "show", "work:a")).toBe("1");
    expect(JSON.stringify(await ws.snapshots())).not.toContain(TOKEN);
  });
});
