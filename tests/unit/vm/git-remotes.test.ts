import { beforeEach, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import type { GitRemote } from "../../../src/domain/git-remote.ts";
import type { Session } from "../../../src/vm/api.ts";
import { MachineBench } from "../../support/ports/machine-bench.ts";

let bench: MachineBench;
let asked: GitRemote[];
let failure: OkcvmError | null;
beforeEach(() => {
  bench = new MachineBench();
  asked = [];
  failure = null;
});

/** A session whose workspace only notes what it is asked. */
const session = (): Session =>
  ({
    workspace: {
      importGit: async (remote: GitRemote) => {
        asked.push(remote);
        if (failure) throw failure;
        return {};
      },
    },
  }) as unknown as Session;
const { hasOwn } = Object;

test("a token that worked is kept for its host and used when none is given", async () => {
  const { git } = bench.machine;
  await git.import(session(), { url: "github.com/a/b", token: "t1", remember: true });
  await git.import(session(), { url: "https://github.com/c/d" });
  await git.import(session(), { url: "https://gitlab.com/c/d" });
  expect(asked.map((remote) => (hasOwn(remote, "token") ? remote.token : "none"))).toEqual([
    "t1",
    "t1",
    "none",
  ]);
  expect(asked.every((remote) => !hasOwn(remote, "remember"))).toBe(true);
  expect([await git.hasToken("git@github.com:x/y.git"), await git.hasToken("gitlab.com/x/y")]).toEqual([
    true,
    false,
  ]);
  await git.forgetToken("github.com/a/b");
  expect(await git.hasToken("github.com/a/b")).toBe(false);
});

test("a token that was refused, or not to be remembered, is not kept", async () => {
  const { git } = bench.machine;
  failure = new OkcvmError("unauthorized", "No.");
  const refused = git.import(session(), { url: "github.com/a/b", token: "bad", remember: true });
  await expect(refused).rejects.toBe(failure);
  failure = null;
  await git.import(session(), { url: "github.com/a/b", token: "once" });
  expect(await git.hasToken("github.com/a/b")).toBe(false);
});

test("a login in the address goes before a kept token", async () => {
  const { git } = bench.machine;
  await git.import(session(), { url: "github.com/a/b", token: "kept", remember: true });
  await git.import(session(), { url: "https://me:mine@github.com/a/b" });
  expect(hasOwn(asked[1] ?? {}, "token")).toBe(false);
  await expect(git.hasToken("nonsense")).rejects.toMatchObject({ code: "bad-arguments" });
});
