import { cpSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { fetchRepository, type FetchOptions } from "../../../src/workspace/remote/fetch-repository.ts";
import { gitHttp } from "../../../src/workspace/remote/git-http.ts";
import type { TransferPhase } from "../../../src/domain/git-remote.ts";
import { git, temporaryFolder } from "../../support/git-server/git.ts";
import { startGitServer, type GitServer } from "../../support/git-server/git-server.ts";
import { startPassingServer } from "../../support/git-server/passing-server.ts";
import { commit, fillRepository, HARD_NAMES, write } from "../../support/git-server/sample-repository.ts";
import { storePacks } from "../../support/git-server/store-packs.ts";

const TOKEN = "canary-token-51";

let host: GitServer;
let closed: GitServer;
let server: Awaited<ReturnType<typeof startPassingServer>>;

beforeAll(async () => {
  host = await startGitServer();
  closed = await startGitServer({ login: `x-access-token:${TOKEN}` });
  server = await startPassingServer(host.host, closed.host);
  await fillRepository(await host.create("sample.git"));
  cpSync(host.folder("sample.git"), closed.folder("sample.git"), { recursive: true });
}, 60_000);
afterAll(async () => {
  await Promise.all([host.stop(), closed.stop(), server.stop()]);
});
beforeEach(() => {
  host.received.length = 0;
  host.answerWith(() => false);
});

function fetchIt(url: string, options: Partial<FetchOptions> = {}) {
  return fetchRepository({
    url,
    http: gitHttp({ origin: server.origin, device: null }),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...options,
  });
}

describe("a repository is fetched", () => {
  it("with every object, as real Git sees it", async () => {
    const phases = new Set<TransferPhase>();
    const { packs, head, branch, shallow } = await fetchIt(host.url("sample.git"), {
      onProgress: ({ phase }) => void phases.add(phase),
    });
    expect(branch).toBe("main");
    expect(shallow).toEqual([]);
    const bare = await storePacks(packs, head);
    expect(await git(bare, "fsck", "--full", "--strict")).toBe("");
    expect(head).toBe(await git(host.folder("sample.git"), "rev-parse", "main"));
    expect(await git(bare, "rev-parse", "main^{tree}")).toBe(
      await git(host.folder("sample.git"), "rev-parse", "main^{tree}"),
    );
    expect(await git(bare, "log", "--format=%H %P")).toBe(
      await git(host.folder("sample.git"), "log", "--format=%H %P", "main"),
    );
    const names = (await git(bare, "ls-tree", "-r", "--name-only", "-z", "main")).split("\0");
    expect(names).toEqual(expect.arrayContaining(HARD_NAMES));
    const modes = await git(bare, "ls-tree", "-r", "main");
    expect(modes).toMatch(/^120000 blob .*\tbin\/link$/m);
    expect(modes).toMatch(/^100755 blob .*\tbin\/run\.sh$/m);
    expect([...phases]).toEqual(expect.arrayContaining(["connect", "receive", "index"]));
  });

  it("as the host packed it, deltas and all, in buffers of its own", async () => {
    const { packs, head } = await fetchIt(host.url("sample.git"));
    const bare = await storePacks(packs, head);
    const [pack] = packs;
    expect(packs).toHaveLength(1);
    const chains = await git(
      bare,
      "verify-pack",
      "-v",
      `objects/pack/pack-${Buffer.from(pack?.pack.subarray(-20) ?? []).toString("hex")}.idx`,
    );
    expect(chains).toMatch(/chain length = [1-9]/);
    expect(pack?.pack.buffer.byteLength).toBe(pack?.pack.byteLength);
    expect(pack?.index.buffer.byteLength).toBe(pack?.index.byteLength);
  });

  it("with the list of refs asked for once", async () => {
    await fetchIt(host.url("sample.git"));
    expect(host.received.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET /sample.git/info/refs?service=git-upload-pack",
      "POST /sample.git/git-upload-pack",
    ]);
  });

  it("on the branch that is asked for", async () => {
    const { head, branch } = await fetchIt(host.url("sample.git"), { branch: "side" });
    expect(branch).toBe("side");
    expect(head).toBe(await git(host.folder("sample.git"), "rev-parse", "side"));
  });

  it("to a depth, and says where it was cut", async () => {
    const { packs, head, shallow } = await fetchIt(host.url("sample.git"), { depth: 2 });
    expect(shallow.length).toBeGreaterThan(0);
    const bare = await storePacks(packs, head, shallow);
    expect(await git(bare, "fsck", "--full")).toBe("");
    expect(Number(await git(bare, "rev-list", "--count", "main"))).toBeLessThan(6);
  });

  it("when its HEAD names a branch that was never pushed", async () => {
    const bare = await host.create("dangling.git", "master");
    const work = temporaryFolder();
    await git(work, "init", "-q", "--initial-branch=trunk", ".");
    write(work, "a.txt", "a");
    const head = await commit(work, "a");
    await git(work, "push", "-q", bare, "trunk");
    const fetched = await fetchIt(host.url("dangling.git"));
    expect(fetched).toMatchObject({ branch: "trunk", head });
    expect(await git(await storePacks(fetched.packs, head), "fsck", "--full")).toBe("");
  });

  it("from a host that asks for a login", async () => {
    const { head } = await fetchIt(closed.url("sample.git"), { auth: { username: "", password: TOKEN } });
    expect(head).toBe(await git(closed.folder("sample.git"), "rev-parse", "main"));
  });

  it("from where the host redirects to", async () => {
    host.answerWith((request, response) => {
      if (!request.url?.startsWith("/old.git/info")) return false;
      response.writeHead(301, { location: request.url.replace("/old.git", "/sample.git") }).end();
      return true;
    });
    const { branch } = await fetchIt(host.url("old.git"));
    expect(branch).toBe("main");
    expect(host.received.at(-1)?.url).toBe("/sample.git/git-upload-pack");
  });

  it("and a login stays with the host it is for when that redirects", async () => {
    closed.answerWith(() => false);
    host.answerWith((request, response) => {
      if (!request.url?.startsWith("/old.git")) return false;
      response
        .writeHead(302, { location: `http://${closed.host}/sample.git/info/refs?service=git-upload-pack` })
        .end();
      return true;
    });
    closed.received.length = 0;
    await expect(
      fetchIt(host.url("old.git"), { auth: { username: "u", password: TOKEN } }),
    ).rejects.toMatchObject({
      code: "unauthorized",
    });
    expect(host.received[0]?.headers.authorization).toContain("Basic ");
    expect(closed.received.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe("a fetch fails with words", () => {
  it("for an empty repository", async () => {
    await host.create("empty.git");
    await expect(fetchIt(host.url("empty.git"))).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining("empty"),
    });
  });

  it("for a branch it lacks, with those it has", async () => {
    await expect(fetchIt(host.url("sample.git"), { branch: "nope" })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringMatching(/no branch nope.*main, side/),
    });
  });

  it("for a repository that is not there", async () => {
    await expect(fetchIt(host.url("absent.git"))).rejects.toMatchObject({ code: "not-found" });
  });

  it.each([
    [undefined, "asks for a login"],
    [{ username: "", password: "wrong" }, "did not take the token"],
  ])("for a login that is missing or wrong: %j", async (auth, words) => {
    const failure = fetchIt(closed.url("sample.git"), auth ? { auth } : {});
    await expect(failure).rejects.toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining(words),
    });
  });

  it("for an address that is no Git repository", async () => {
    host.answerWith(
      (_, response) => (response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hi</h1>"), true),
    );
    await expect(fetchIt(host.url("page"))).rejects.toMatchObject({
      code: "bad-reply",
      message: expect.stringContaining("not as a Git server"),
    });
  });

  it("for a private host the operator has not listed", async () => {
    await expect(fetchIt("http://10.1.2.3:3000/a/b")).rejects.toMatchObject({
      code: "bad-request",
      message: expect.stringContaining("OKCVM_PRIVATE_HOSTS"),
    });
  });

  it("for a server that wants an account, which is told of by a header of its own", async () => {
    const asked: (string | null)[] = [];
    const refusing: typeof fetch = async (_, init) => {
      asked.push(new Headers(init?.headers).get("x-okcvm-device"));
      const error = { code: "unauthorized", message: "Sign in under Settings, Account." };
      return Response.json({ error }, { status: 401 });
    };
    for (const device of [null, "okcvm_token"]) {
      const http = gitHttp({ origin: "http://okcvm.localhost", device }, refusing);
      await expect(fetchIt(host.url("sample.git"), { http })).rejects.toMatchObject({
        code: "unauthorized",
        message: expect.stringContaining("Sign in under Settings"),
      });
    }
    expect(asked).toEqual([null, "okcvm_token"]);
  });

  it("for a server that is not this app's, or is gone", async () => {
    const other = gitHttp({ origin: `http://${host.host}`, device: null });
    await expect(fetchIt(host.url("sample.git"), { http: other })).rejects.toMatchObject({
      code: "unreachable",
    });
    const gone = gitHttp({ origin: "http://127.0.0.1:9", device: null });
    await expect(fetchIt(host.url("sample.git"), { http: gone })).rejects.toMatchObject({
      code: "unreachable",
    });
  });

  it("for a repository that has ids of the other kind", async () => {
    const bare = await host.create("sha256.git");
    await git(bare, "init", "-q", "--bare", "--object-format=sha256", `${bare}/../new256.git`);
    const work = temporaryFolder();
    await git(work, "init", "-q", "--object-format=sha256", "--initial-branch=main", ".");
    write(work, "a", "a");
    await commit(work, "a");
    await git(work, "push", "-q", `${bare}/../new256.git`, "main");
    await expect(fetchIt(host.url("new256.git"))).rejects.toMatchObject({ code: "not-supported" });
  });
});

describe("a fetch that is cut", () => {
  it("ends at once when it is stopped, at the list of refs", async () => {
    const stop = new AbortController();
    host.answerWith(() => (stop.abort(), true));
    await expect(fetchIt(host.url("sample.git"), { signal: stop.signal })).rejects.toMatchObject({
      code: "aborted",
    });
  });

  it.each(["receive", "index"] as const)("ends at once when it is stopped, at %s", async (at) => {
    const stop = new AbortController();
    const seen: TransferPhase[] = [];
    const failure = fetchIt(host.url("sample.git"), {
      signal: stop.signal,
      onProgress: ({ phase }) => {
        seen.push(phase);
        if (phase === at) stop.abort();
      },
    });
    await expect(failure).rejects.toMatchObject({ code: "aborted" });
  });

  it("does not start when it was stopped before", async () => {
    await expect(fetchIt(host.url("sample.git"), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(host.received).toEqual([]);
  });

  it("says so when the host breaks off in the pack", async () => {
    host.answerWith((request, response) => {
      if (request.method !== "POST") return false;
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
      response.write(`0008NAK\n0014\u0001PACK\u0000\u0000\u0000\u0002\u0000\u0000`, () => response.destroy());
      return true;
    });
    await expect(fetchIt(host.url("sample.git"))).rejects.toMatchObject({ code: "unreachable" });
  });

  it.each([
    ["nothing", ""],
    ["no pack", "0008NAK\n0000"],
    ["half a packet", "0008NAK\n00ff\u0001PACK"],
    ["a pack without an end", "0008NAK\n0011\u0001PACK\u0000\u0000\u0000\u0002\u0000\u0000\u0000\u0005"],
    [
      "a broken pack",
      `0008NAK\n0031\u0001PACK\u0000\u0000\u0000\u0002\u0000\u0000\u0000\u0001${"x".repeat(32)}0000`,
    ],
    ["a stub of a pack", "0008NAK\n0007\u0001PA0000"],
    ["a refusal", "0008NAK\n001d\u0003fatal: out of patience\n0000"],
    ["an early refusal", "0022ERR upload-pack: not our ref x0000"],
    ["no Git at all", "hello"],
  ])("says so when the host answers with %s", async (_, answer) => {
    host.answerWith((request, response) => {
      if (request.method !== "POST") return false;
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
      response.end(Buffer.from(answer, "latin1"));
      return true;
    });
    await expect(fetchIt(host.url("sample.git"))).rejects.toMatchObject({ code: "bad-reply" });
  });

  it("says so when a byte of the pack changed on the way", async () => {
    const whole = await fetchIt(host.url("sample.git"));
    const pack = Buffer.from(whole.packs[0]?.pack ?? []);
    pack.writeUInt8(pack.readUInt8(pack.length - 40) ^ 1, pack.length - 40);
    host.answerWith((request, response) => {
      if (request.method !== "POST") return false;
      response.writeHead(200, { "content-type": "application/x-git-upload-pack-result" });
      response.write("0008NAK\n");
      for (let at = 0; at < pack.length; at += 60_000) {
        const part = pack.subarray(at, at + 60_000);
        response.write(
          Buffer.concat([Buffer.from(`${(part.length + 5).toString(16).padStart(4, "0")}\u0001`), part]),
        );
      }
      response.end("0000");
      return true;
    });
    await expect(fetchIt(host.url("sample.git"))).rejects.toMatchObject({ code: "bad-reply" });
  });
});
