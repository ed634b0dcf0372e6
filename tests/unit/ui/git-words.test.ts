import { beforeEach, describe, expect, it } from "vitest";

import type { TransferProgress } from "../../../src/domain/git-remote.ts";
import {
  hostOf,
  pageOf,
  readAddress,
  readLastAddress,
  shownAddress,
  writeLastAddress,
} from "../../../src/ui/git/address.ts";
import { problemOf } from "../../../src/ui/git/git-problem.ts";
import { nextProgress, progressWords } from "../../../src/ui/git/progress-words.ts";
import { tokenHelp } from "../../../src/ui/git/token-help.ts";

const stored = new Map<string, string>();
beforeEach(() => {
  stored.clear();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    },
  });
});

describe("an address", () => {
  it("is shown as people say it, and links to a page where there is one", () => {
    for (const text of [
      "https://github.com/owner/repo.git",
      "github.com/owner/repo",
      "git@github.com:owner/repo.git",
      "https://me:secret@github.com/owner/repo.git/",
    ]) {
      expect(shownAddress(text)).toBe("github.com/owner/repo");
      expect(pageOf(text)).toBe("https://github.com/owner/repo");
      expect(hostOf(text)).toBe("github.com");
    }
    expect(pageOf("http://git.lan:3000/a/b")).toBeNull();
    expect(hostOf("http://git.lan:3000/a/b")).toBe("git.lan:3000");
  });

  it("that is none has no host, no page and no words", () => {
    for (const text of ["", "repo", "ftp://example.com/x"]) {
      expect([hostOf(text), pageOf(text), shownAddress(text)]).toEqual([null, null, ""]);
      expect(readAddress(text)).toMatchObject({ ok: false, error: { code: "bad-arguments" } });
    }
  });

  it("is remembered for its conversation, without the login", () => {
    const read = readAddress("https://me:canary-token-123@github.com/owner/repo?token=canary#canary");
    if (read.ok) writeLastAddress("c1", read.address);
    expect(readLastAddress("c1")).toBe("https://github.com/owner/repo");
    expect(readLastAddress("c2")).toBe("");
    expect([...stored].join(" ")).not.toContain("canary");
  });
});

describe("progress", () => {
  const at = (phase: TransferProgress["phase"], loaded = 0, total: number | null = null) => ({
    phase,
    loaded,
    total,
  });

  it("does not jump between the host's reports and the first bytes", () => {
    const shown: string[] = [];
    let now: TransferProgress | null = null;
    for (const next of [
      at("connect"),
      at("receive", 8),
      at("prepare", 1, 900),
      at("receive", 400),
      at("prepare", 900, 900),
      at("receive", 100_000),
      at("prepare", 900, 900),
      at("receive", 200_000),
      at("index", 0, 900),
    ]) {
      now = nextProgress(now, next);
      if (shown.at(-1) !== now.phase) shown.push(now.phase);
    }
    expect(shown).toEqual(["connect", "prepare", "receive", "index"]);
  });

  it("is told with what can be counted, and claims nothing else", () => {
    const words = (progress: TransferProgress | null) => progressWords("import", "github.com", progress);
    expect(words(null)).toEqual({ phase: "Starting", amount: "", share: null });
    expect(words(at("connect")).phase).toBe("Asking github.com");
    expect(words(at("prepare", 450, 1_800))).toEqual({
      phase: "github.com is getting it ready",
      amount: "450 of 1,800 objects",
      share: 0.25,
    });
    expect(words(at("receive", 3_355_443))).toEqual({ phase: "Receiving", amount: "3.2 MiB", share: null });
    expect(words(at("index", 10, 20))).toMatchObject({ phase: "Unpacking", share: 0.5 });
    expect(words(at("index", 20, 20))).toEqual({
      phase: "Putting the files in place",
      amount: "",
      share: null,
    });
    expect(progressWords("push", "github.com", null).phase).toBe("Gathering the files and snapshots");
  });
});

describe("a failure", () => {
  const place = (code: Parameters<typeof problemOf>[0]["code"], branch = "", message = "x"): string =>
    problemOf({ code, message }, branch).place;

  it("is told at the field it is about", () => {
    expect(place("unauthorized")).toBe("token");
    expect(place("not-found")).toBe("address");
    expect(place("not-found", "dev", "The repository has no branch dev. It has: main.")).toBe("branch");
    expect(place("not-found", "dev", "github.com has no such repository.")).toBe("address");
    expect(place("bad-arguments", "a b")).toBe("branch");
    for (const code of ["unreachable", "push-rejected", "bad-archive", "too-large", "aborted"] as const)
      expect(place(code)).toBe("form");
  });
});

describe("the kind of token", () => {
  it("is what the host calls it, where the host is known", () => {
    expect(tokenHelp("import", "github.com").kind).toContain("Contents: Read-only");
    expect(tokenHelp("push", "github.com").kind).toContain("Contents: Read and write");
    expect(tokenHelp("push", "gitlab.com").kind).toContain("write_repository");
    expect(tokenHelp("push", "git.lan")).toEqual({
      kind: "A token that may read and write the repository's contents.",
      page: null,
    });
    expect(tokenHelp("import", "constructor").page).toBeNull();
    expect(tokenHelp("import", null).page).toBeNull();
  });
});
