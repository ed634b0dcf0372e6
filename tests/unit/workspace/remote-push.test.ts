import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fetchRepository } from "../../../src/workspace/remote/fetch-repository.ts";
import { gitHttp } from "../../../src/workspace/remote/git-http.ts";
import { pushRepository, type PushOptions } from "../../../src/workspace/remote/push-repository.ts";
import type { TransferPhase } from "../../../src/domain/git-remote.ts";
import type { PackFiles } from "../../../src/workspace/remote/scratch-repository.ts";
import { git, temporaryFolder } from "../../support/git-server/git.ts";
import { startGitServer, type GitServer } from "../../support/git-server/git-server.ts";
import { startPassingServer } from "../../support/git-server/passing-server.ts";
import { commit, fillRepository, write } from "../../support/git-server/sample-repository.ts";

const TOKEN = "canary-token-51";

let host: GitServer;
let closed: GitServer;
let server: Awaited<ReturnType<typeof startPassingServer>>;
/** The working folder whose history is pushed, and its packs. */
let work: string;
let packs: PackFiles[];

beforeAll(async () => {
  host = await startGitServer();
  closed = await startGitServer({ login: `me:${TOKEN}` });
  server = await startPassingServer(host.host, closed.host);
  work = await fillRepository(await host.create("source.git"));
  packs = await packsOf(work);
}, 60_000);
afterAll(async () => {
  await Promise.all([host.stop(), closed.stop(), server.stop()]);
});
beforeEach(() => {
  host.received.length = 0;
  host.answerWith(() => false);
});

/** Everything a repository holds, as one pack with deltas. */
async function packsOf(folder: string): Promise<PackFiles[]> {
  const base = join(temporaryFolder(), "pack");
  const name = await git(folder, "pack-objects", "--all", "--revs", "-q", base);
  const read = (end: string) => new Uint8Array(readFileSync(`${base}-${name}.${end}`));
  return [{ pack: read("pack"), index: read("idx") }];
}

async function push(url: string, options: Partial<PushOptions> = {}) {
  return pushRepository({
    url,
    branch: "main",
    packs,
    head: await git(work, "rev-parse", "main"),
    http: gitHttp({ origin: server.origin, device: null }),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
}

async function expectSame(bare: string, branch = "main", from = work): Promise<void> {
  expect(await git(bare, "fsck", "--full", "--strict", "--no-dangling")).toBe("");
  expect(await git(bare, "rev-parse", branch)).toBe(await git(from, "rev-parse", branch));
  expect(await git(bare, "rev-parse", `${branch}^{tree}`)).toBe(
    await git(from, "rev-parse", `${branch}^{tree}`),
  );
}

describe("a branch is pushed", () => {
  it("into an empty repository, whole and sound", async () => {
    const bare = await host.create("empty.git", "master");
    const phases = new Set<TransferPhase>();
    const pushed = await push(host.url("empty.git"), { onProgress: ({ phase }) => void phases.add(phase) });
    expect(pushed).toEqual({
      remoteRef: "refs/heads/main",
      oid: await git(work, "rev-parse", "main"),
      moved: true,
    });
    await expectSame(bare);
    expect([...phases]).toEqual(["connect", "pack", "send"]);
    expect(host.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /empty.git/info/refs?service=git-receive-pack",
      "POST /empty.git/git-receive-pack",
    ]);
    const copy = temporaryFolder();
    await git(copy, "clone", "-q", "-b", "main", bare, "copy");
    expect(await git(join(copy, "copy"), "status", "--porcelain")).toBe("");
  });

  it("and fetched again from a repository whose HEAD is another branch", async () => {
    await host.create("round.git", "master");
    await push(host.url("round.git"));
    const { head, branch } = await fetchRepository({
      url: host.url("round.git"),
      http: gitHttp({ origin: server.origin, device: null }),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    expect({ head, branch }).toEqual({ head: await git(work, "rev-parse", "main"), branch: "main" });
  });

  // Where a merge is among the new commits, isomorphic-git sends again what the merged side began from.
  it("with only what the remote lacks, on a straight history", async () => {
    const sent = () => Number(host.received.at(-1)?.headers["content-length"]);
    const side = { branch: "side", head: await git(work, "rev-parse", "side") };
    await host.create("all.git");
    await push(host.url("all.git"), side);
    const all = sent();
    const bare = await host.create("ahead.git");
    await git(work, "push", "-q", bare, "side~1:refs/heads/side");
    await push(host.url("ahead.git"), side);
    await expectSame(bare, "side");
    expect(sent()).toBeLessThan(all / 4);
  });

  it("once: a second push finds it there and sends nothing", async () => {
    await host.create("twice.git");
    await push(host.url("twice.git"));
    host.received.length = 0;
    expect(await push(host.url("twice.git"))).toMatchObject({ moved: false });
    expect(host.received.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("to a branch of another name, beside others", async () => {
    const bare = await host.create("beside.git");
    await git(work, "push", "-q", bare, "side");
    await push(host.url("beside.git"), { branch: "fix/日本 語".replace(" ", "-") });
    expect((await git(bare, "branch", "--list")).split(/\s+/)).toEqual(["fix/日本-語", "side"]);
    expect(await git(bare, "fsck", "--full")).toBe("");
  });

  it("from several packs, one a snapshot", async () => {
    const bare = await host.create("several.git");
    const folder = temporaryFolder();
    await git(folder, "init", "-q", "--initial-branch=main", ".");
    const made: PackFiles[] = [];
    for (let round = 0; round < 5; round += 1) {
      write(folder, `file ${round}.txt`, `round ${round}`);
      await commit(folder, `round ${round}`);
      made.push(...(await packsOf(folder)));
    }
    await push(host.url("several.git"), { packs: made, head: await git(folder, "rev-parse", "main") });
    await expectSame(bare, "main", folder);
  });

  it("over a login", async () => {
    const bare = await closed.create("mine.git");
    await push(closed.url("mine.git"), { auth: { username: "me", password: TOKEN } });
    await expectSame(bare);
  });

  it("from a history that was cut, onto the one it was cut from", async () => {
    const bare = await host.create("shallow.git");
    await git(work, "push", "-q", bare, "main");
    const cut = join(temporaryFolder(), "cut");
    await git(work, "clone", "-q", "--depth=1", `file://${bare}`, cut);
    write(cut, "more.txt", "more");
    const head = await commit(cut, "more");
    const shallow = readFileSync(join(cut, ".git/shallow"), "utf8").trim().split("\n");
    await push(host.url("shallow.git"), { packs: await packsOf(cut), head, shallow });
    expect(await git(bare, "rev-parse", "main")).toBe(head);
    expect(await git(bare, "fsck", "--full")).toBe("");
  });
});

describe("a push that is refused", () => {
  async function diverge(name: string): Promise<{ bare: string; theirs: string }> {
    const bare = await host.create(name);
    await git(work, "push", "-q", bare, "main~2:refs/heads/main");
    const other = join(temporaryFolder(), "other");
    await git(work, "clone", "-q", bare, other);
    write(other, "theirs.txt", "theirs");
    const theirs = await commit(other, "theirs");
    await git(other, "push", "-q", "origin", "main");
    return { bare, theirs };
  }

  it("leaves commits alone that are not here", async () => {
    const { bare, theirs } = await diverge("diverged.git");
    await expect(push(host.url("diverged.git"))).rejects.toMatchObject({
      code: "push-rejected",
      message: expect.stringContaining("has commits that are not here"),
    });
    expect(await git(bare, "rev-parse", "main")).toBe(theirs);
    expect(host.received.map(({ method }) => method)).toEqual(["GET"]);
  });

  it("unless it is forced", async () => {
    const { bare } = await diverge("forced.git");
    await push(host.url("forced.git"), { force: true });
    await expectSame(bare);
  });

  it("by a hook says why, in the host's words", async () => {
    const bare = await host.create("protected.git");
    host.hook("protected.git", "pre-receive", "echo 'Branch main is protected by Ada.' >&2\nexit 1");
    await expect(push(host.url("protected.git"))).rejects.toMatchObject({
      code: "push-rejected",
      message: expect.stringMatching(/pre-receive hook declined.*Branch main is protected by Ada\./s),
    });
    expect(await git(bare, "for-each-ref")).toBe("");
  });

  it("by a rule for one ref says which", async () => {
    await host.create("update.git");
    host.hook("update.git", "update", 'test "$1" != refs/heads/main');
    await expect(push(host.url("update.git"))).rejects.toMatchObject({
      code: "push-rejected",
      message: expect.stringContaining("did not move main: hook declined"),
    });
    expect(await push(host.url("update.git"), { branch: "other" })).toMatchObject({ moved: true });
  });

  it.each([
    [undefined, "asks for a login"],
    [{ username: "me", password: "wrong" }, "did not take the token"],
  ])("for want of a login: %j", async (auth, words) => {
    await closed.create("locked.git");
    await expect(push(closed.url("locked.git"), auth ? { auth } : {})).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining(words),
    });
  });

  it("where the host allows nobody to push", async () => {
    const bare = await host.create("readonly.git");
    await git(bare, "config", "http.receivepack", "false");
    await expect(push(host.url("readonly.git"))).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("refused"),
    });
  });

  it("where there is no repository", async () => {
    await expect(push(host.url("absent.git"))).rejects.toMatchObject({ code: "not-found" });
  });

  it.each([
    "",
    "-x",
    "a..b",
    "a b",
    "a~1",
    "x.lock",
    "a//b",
    "@",
    "a@{1}",
    "ends.",
    ".hidden",
    "a/.b",
    "a\\b",
    "a\nb",
  ])("for a name that Git takes for no branch: %j", async (branch) => {
    await expect(push(host.url("source.git"), { branch })).rejects.toMatchObject({ code: "bad-arguments" });
    expect(host.received).toEqual([]);
  });

  it("for a file whose name leads astray on other systems", async () => {
    await host.create("names.git");
    const folder = temporaryFolder();
    await git(folder, "init", "-q", "--initial-branch=main", ".");
    write(folder, "back\\slash", "x");
    const head = await commit(folder, "backslash");
    await expect(push(host.url("names.git"), { packs: await packsOf(folder), head })).rejects.toMatchObject({
      code: "bad-path",
      message: expect.stringContaining("back\\slash"),
    });
  });
});

describe("a push that is cut", () => {
  it("ends when it is stopped before it was sent", async () => {
    const bare = await host.create("stopped.git");
    const stop = new AbortController();
    const failure = push(host.url("stopped.git"), {
      signal: stop.signal,
      onProgress: ({ phase }) => {
        if (phase === "pack") stop.abort();
      },
    });
    await expect(failure).rejects.toMatchObject({ code: "aborted" });
    expect(host.received.map(({ method }) => method)).toEqual(["GET"]);
    expect(await git(bare, "for-each-ref")).toBe("");
  });

  it("says so when the host goes away, and can be made again", async () => {
    const bare = await host.create("again.git");
    host.answerWith((request) => request.method === "POST" && (request.socket.destroy(), true));
    await expect(push(host.url("again.git"))).rejects.toMatchObject({ code: "unreachable" });
    host.answerWith(() => false);
    await push(host.url("again.git"));
    await expectSame(bare);
  });

  it.each([
    ["", "bad-reply"],
    ["001d\u0001000eunpack ok\n0000", "bad-reply"],
    ["0000", "bad-reply"],
    ["hello", "bad-reply"],
  ])("says so when the host answers %j", async (answer, code) => {
    await host.create("odd.git");
    host.answerWith((request, response) => {
      if (request.method !== "POST") return false;
      request.resume();
      response.writeHead(200, { "content-type": "application/x-git-receive-pack-result" }).end(answer);
      return true;
    });
    await expect(push(host.url("odd.git"))).rejects.toMatchObject({ code });
  });
});
