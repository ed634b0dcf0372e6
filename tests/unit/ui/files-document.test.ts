import { beforeEach, describe, expect, it } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import { openDocument, recoverDrafts, releaseDocument } from "../../../src/ui/files/edit/documents.ts";
import { clearDraft, draftPaths, readDraft } from "../../../src/ui/files/edit/drafts.ts";
import { FileDocument } from "../../../src/ui/files/edit/file-document.ts";
import { decodeFile } from "../../../src/ui/files/edit/text-format.ts";
import { createFakeWorkspace, type FakeWorkspace } from "../../support/ui-harness/fake-workspace.ts";

const ROOT = "/mnt/okcvm-0";

/** localStorage as a browser has it: its items are its own keys. */
class MemoryStorage {
  [key: string]: unknown;
  getItem(key: string): string | null {
    return Object.hasOwn(this, key) ? String(this[key]) : null;
  }
  setItem(key: string, value: string): void {
    this[key] = value;
  }
  removeItem(key: string): void {
    delete this[key];
  }
}

beforeEach(() => {
  Object.assign(globalThis, {
    localStorage: new MemoryStorage(),
    document: new EventTarget(),
    addEventListener: () => undefined,
  });
});

interface Bench {
  workspace: FakeWorkspace;
  document: FileDocument;
  /** Types: the text is this now. */
  type: (text: string) => void;
  /** Types, and the tab is gone before that is saved. */
  leaveDraft: (text: string) => void;
  /** What the document handed to its editor. */
  taken: string[];
  /** Waits until its state is of that kind. */
  until: (kind: string) => Promise<void>;
}

async function bench(content = "one\n", path = "a.txt"): Promise<Bench> {
  const workspace = createFakeWorkspace(ROOT, { [path]: content });
  const disk = decodeFile(await workspace.readBytes(path));
  const document = new FileDocument({ workspace, path, disk, saveAfter: 20, saveWithin: 60 });
  const taken: string[] = [];
  document.onText((text) => taken.push(text));
  return {
    workspace,
    document,
    taken,
    type: (text) => document.edited(() => text),
    leaveDraft: (text) => {
      document.edited(() => text);
      document.keepDraft();
      document.dispose();
    },
    until: (kind) => waitFor(() => document.state().kind === kind),
  };
}

async function waitFor(test: () => boolean): Promise<void> {
  for (let round = 0; !test(); round += 1) {
    if (round > 300) throw new Error("It did not come to that.");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe("a text under edit", () => {
  it("is saved when the typing pauses", async () => {
    const { document, type, until, workspace, taken } = await bench();
    type("two\n");
    expect(document.state().kind).toBe("waiting");
    await until("saved");
    expect(await workspace.readText("a.txt")).toBe("two\n");
    // Its own write is no change from elsewhere.
    await document.check();
    expect(taken).toEqual([]);
  });

  it("is saved while the typing goes on for long", async () => {
    const { type, workspace } = await bench();
    let round = 0;
    const timer = setInterval(() => type(`${(round += 1)}\n`), 5);
    await waitFor(() => round > 40);
    clearInterval(timer);
    expect(await workspace.readText("a.txt")).not.toBe("one\n");
  });

  it("keeps CRLF and a byte order mark", async () => {
    const { document, type, workspace } = await bench("\ufeffone\r\n");
    expect(document.text()).toBe("one\n");
    type("one\ntwo\n");
    await document.save();
    expect([...(await workspace.readBytes("a.txt"))]).toEqual([
      ...new TextEncoder().encode("\ufeffone\r\ntwo\r\n"),
    ]);
  });

  it("takes what another writes while nothing is unsaved", async () => {
    const { document, workspace, taken } = await bench();
    await workspace.write("a.txt", "theirs\n");
    await waitFor(() => taken.length > 0);
    expect([taken, document.text(), document.state().kind]).toEqual([["theirs\n"], "theirs\n", "saved"]);
  });

  it("writes nothing over what another wrote before the person chose", async () => {
    const { document, type, until, workspace } = await bench();
    type("mine\n");
    await workspace.write("a.txt", "theirs\n");
    await until("conflict");
    type("mine, longer\n");
    await new Promise((resolve) => setTimeout(resolve, 100));
    await document.save();
    expect(await workspace.readText("a.txt")).toBe("theirs\n");
    expect(document.text()).toBe("mine, longer\n");
  });

  it("sees before it saves that the file is another, without having been told", async () => {
    const { document, type, workspace } = await bench();
    const silent = createFakeWorkspace(ROOT, { "a.txt": "one\n" });
    silent.subscribe = () => () => undefined;
    const quiet = new FileDocument({
      workspace: silent,
      path: "a.txt",
      disk: decodeFile(await silent.readBytes("a.txt")),
    });
    await silent.write("a.txt", "theirs\n");
    quiet.edited(() => "mine\n");
    await quiet.save();
    expect(quiet.state().kind).toBe("conflict");
    expect(await silent.readText("a.txt")).toBe("theirs\n");
    type("x");
    await document.save();
    expect(await workspace.readText("a.txt")).toBe("x");
  });

  it("takes in what another wrote in other lines, and saves both", async () => {
    const { document, type, until, workspace, taken } = await bench("one\ntwo\nthree\nfour\nfive\n");
    type("one\ntwo\nthree, mine\nfour\nfive\n");
    await workspace.write("a.txt", "one, theirs\ntwo\nthree\nfour\nfive\n");
    await until("saved");
    const both = "one, theirs\ntwo\nthree, mine\nfour\nfive\n";
    expect(taken).toEqual([both]);
    expect([document.text(), await workspace.readText("a.txt")]).toEqual([both, both]);
    // What is typed next goes on from there.
    type(both.replace("five", "five, mine"));
    await workspace.write("a.txt", both.replace("one, theirs", "one, theirs again"));
    await until("saved");
    expect(await workspace.readText("a.txt")).toBe("one, theirs again\ntwo\nthree, mine\nfour\nfive, mine\n");
  });

  it("takes it in also when it sees it only as it saves, and when a conflict ends so", async () => {
    const silent = createFakeWorkspace(ROOT, { "a.txt": "one\ntwo\nthree\n" });
    silent.subscribe = () => () => undefined;
    const path = "a.txt";
    const quiet = new FileDocument({
      workspace: silent,
      path,
      disk: decodeFile(await silent.readBytes(path)),
    });
    await silent.write(path, "one\ntwo\ntheirs\n");
    quiet.edited(() => "mine\ntwo\nthree\n");
    await quiet.save();
    expect(await silent.readText(path)).toBe("mine\ntwo\ntheirs\n");
    expect([quiet.text(), quiet.state().kind, quiet.unsaved]).toEqual([
      "mine\ntwo\ntheirs\n",
      "saved",
      false,
    ]);

    const { document, type, until, workspace } = await bench("one\ntwo\nthree\n");
    type("mine\ntwo\nthree\n");
    await workspace.write("a.txt", "theirs\ntwo\nthree\n");
    await until("conflict");
    // The other goes back on that line, and on with another.
    await workspace.write("a.txt", "one\ntwo\nthree, theirs\n");
    await until("saved");
    expect(await workspace.readText("a.txt")).toBe("mine\ntwo\nthree, theirs\n");
    expect(document.unsaved).toBe(false);
  });

  it("keeps line breaks, and asks when another changed them", async () => {
    const windows = await bench("one\r\ntwo\r\nthree\r\n");
    windows.type("one\ntwo\nmine\n");
    await windows.workspace.write("a.txt", "theirs\r\ntwo\r\nthree\r\n");
    await windows.until("saved");
    expect(await windows.workspace.readText("a.txt")).toBe("theirs\r\ntwo\r\nmine\r\n");
    windows.type("theirs\ntwo\nmine again\n");
    await windows.workspace.write("a.txt", "one\ntwo\nmine\n");
    await windows.until("conflict");
  });

  it("ends a conflict with mine, or with theirs", async () => {
    const mine = await bench();
    mine.type("mine\n");
    await mine.workspace.write("a.txt", "theirs\n");
    await mine.until("conflict");
    await mine.document.keepMine();
    expect(await mine.workspace.readText("a.txt")).toBe("mine\n");
    expect(mine.document.state().kind).toBe("saved");

    const theirs = await bench();
    theirs.type("mine\n");
    await theirs.workspace.write("a.txt", "theirs\n");
    await theirs.until("conflict");
    theirs.document.takeTheirs();
    expect([theirs.taken, theirs.document.state().kind]).toEqual([["theirs\n"], "saved"]);
    theirs.type("more\n");
    await theirs.document.save();
    expect(await theirs.workspace.readText("a.txt")).toBe("more\n");
  });

  it("has no conflict when both wrote the same, or theirs went back", async () => {
    const same = await bench();
    same.type("both\n");
    await same.workspace.write("a.txt", "both\n");
    await same.until("saved");
    expect(same.taken).toEqual([]);

    const back = await bench();
    back.type("mine\n");
    await back.workspace.write("a.txt", "theirs\n");
    await back.until("conflict");
    await back.workspace.write("a.txt", "one\n");
    await back.until("saved");
    expect(await back.workspace.readText("a.txt")).toBe("mine\n");
  });

  it("does not make a deleted file again by itself", async () => {
    const { document, type, until, workspace } = await bench("one\n", "folder/a.txt");
    await workspace.remove("folder");
    await until("deleted");
    type("more\n");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await workspace.stat("folder/a.txt")).toBeNull();
    await document.writeAgain();
    expect(await workspace.readText("folder/a.txt")).toBe("more\n");
    expect(document.state().kind).toBe("saved");
  });

  it("goes where its file goes", async () => {
    const { document, type, workspace } = await bench("one\n", "folder/a.txt");
    await workspace.rename("folder", "other");
    expect(document.path()).toBe("other/a.txt");
    type("two\n");
    await document.save();
    expect(await workspace.readText("other/a.txt")).toBe("two\n");
    expect(await workspace.stat("folder")).toBeNull();
  });

  it("says why it could not be saved, and saves when it can", async () => {
    const { document, type, until, workspace } = await bench();
    workspace.faults.set("write", new OkcvmError("storage-full", "The disk is full."));
    type("two\n");
    await until("failed");
    expect(document.state()).toEqual({
      kind: "failed",
      error: { code: "storage-full", message: "The disk is full." },
    });
    expect(readDraft(ROOT, "a.txt")?.text).toBe("two\n");
    workspace.faults.clear();
    await document.save();
    expect(await workspace.readText("a.txt")).toBe("two\n");
    expect(readDraft(ROOT, "a.txt")).toBeNull();
  });

  it("is replaced in view when the file is no text any more", async () => {
    const { document, workspace } = await bench();
    await workspace.write("a.txt", new Uint8Array([0, 1]));
    await document.check();
    expect(document.replaced()).toBe(true);
  });
});

describe("drafts", () => {
  it("are written when the tab goes, and are in the file when it comes back", async () => {
    const { leaveDraft, workspace } = await bench();
    leaveDraft("typed\n");
    expect(draftPaths(ROOT)).toEqual(["a.txt"]);
    const unsaved: string[] = [];
    await recoverDrafts(workspace, (path) => unsaved.push(path));
    expect(await workspace.readText("a.txt")).toBe("typed\n");
    expect([unsaved, draftPaths(ROOT)]).toEqual([[], []]);
  });

  it("of a text that is gone are asked about, whatever else is written, and after another reload", async () => {
    const before = "one\ntwo\nthree\nfour\nfive\n";
    const { leaveDraft, workspace } = await bench(before);
    leaveDraft(before.replace("three", "three, mine"));
    // Another changed the first line while nobody looked, and the last one later.
    const theirs = before.replace("one", "one, theirs");
    await workspace.write("a.txt", theirs);
    const read = async () => decodeFile(await workspace.readBytes("a.txt"));
    const again = openDocument(workspace, "a.txt", await read());
    expect(again.state().kind).toBe("conflict");
    await again.check();
    expect(again.state().kind).toBe("conflict");
    const later = theirs.replace("five", "five, theirs");
    await workspace.write("a.txt", later);
    await again.check();
    expect(again.state().kind).toBe("conflict");
    again.keepDraft();
    await releaseDocument(again, () => undefined);
    expect(await workspace.readText("a.txt")).toBe(later);

    const third = openDocument(workspace, "a.txt", await read());
    expect([third.state().kind, third.text()]).toEqual(["conflict", before.replace("three", "three, mine")]);
    third.takeTheirs();
    expect([third.state().kind, third.text()]).toEqual(["saved", later]);
    await releaseDocument(third, () => undefined);
  });

  it("are asked about also when the file could not be read for a while", async () => {
    const { leaveDraft, workspace } = await bench();
    leaveDraft("mine\n");
    await workspace.write("a.txt", "theirs\n");
    const again = openDocument(workspace, "a.txt", decodeFile(await workspace.readBytes("a.txt")));
    expect(again.state().kind).toBe("conflict");
    workspace.faults.set("stat", new OkcvmError("internal", "Not now."));
    await again.check();
    expect(again.state().kind).toBe("failed");
    workspace.faults.clear();
    await again.save();
    expect(await workspace.readText("a.txt")).toBe("theirs\n");
    expect(again.state().kind).toBe("conflict");
    await releaseDocument(again, () => undefined);
  });

  it("are a conflict when the file was changed meanwhile", async () => {
    const { leaveDraft, workspace } = await bench();
    leaveDraft("typed\n");
    await workspace.write("a.txt", "theirs\n");
    const unsaved: string[] = [];
    await recoverDrafts(workspace, (path) => unsaved.push(path));
    expect([unsaved, await workspace.readText("a.txt")]).toEqual([["a.txt"], "theirs\n"]);
    const again = openDocument(workspace, "a.txt", decodeFile(await workspace.readBytes("a.txt")));
    expect([again.text(), again.state().kind]).toEqual(["typed\n", "conflict"]);
    await again.keepMine();
    expect(await workspace.readText("a.txt")).toBe("typed\n");
    await releaseDocument(again, () => unsaved.push("again"));
    expect(unsaved).toEqual(["a.txt"]);
  });

  it("of a file that is gone wait for the person", async () => {
    const { leaveDraft, workspace } = await bench();
    leaveDraft("typed\n");
    await workspace.remove("a.txt");
    const unsaved: string[] = [];
    await recoverDrafts(workspace, (path) => unsaved.push(path));
    expect([unsaved, await workspace.stat("a.txt")]).toEqual([["a.txt"], null]);
    const again = openDocument(workspace, "a.txt", null);
    expect([again.text(), again.state().kind]).toEqual(["typed\n", "deleted"]);
    await again.writeAgain();
    expect(await workspace.readText("a.txt")).toBe("typed\n");
    await releaseDocument(again, () => unsaved.push("again"));
    clearDraft(ROOT, "a.txt");
  });
});
