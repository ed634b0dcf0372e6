import { createSignal, type Accessor } from "solid-js";

import { toErrorValue, type ErrorValue } from "../../../domain/errors.ts";
import { mergeLines } from "../../../domain/merge-text.ts";
import { TaskQueue } from "../../../domain/queue.ts";
import type { Unsubscribe, Workspace } from "../../../ports/workspace.ts";
import { clearDraft, readDraft, writeDraft } from "./drafts.ts";
import { hashText } from "./hash-text.ts";
import {
  decodeFile,
  encodeFile,
  sameFormat,
  sameText,
  type FileText,
  type TextFormat,
} from "./text-format.ts";
import { followPath, touches } from "./touches.ts";

/** Above it a file is shown and not edited. Bytes. */
export const EDIT_LIMIT = 2 * 1024 * 1024;

/** Lines that either side may have changed for both to be put together while someone types. */
const MAX_EDITS = 500;

/** How a text stands to its file. */
export type DocumentState =
  | { kind: "saved" | "waiting" | "saving" }
  /** The file could not be written, or not be read again. */
  | { kind: "failed" | "unread"; error: ErrorValue }
  /** The same lines were changed here and elsewhere; nothing is written until the person chooses. */
  | { kind: "conflict" }
  | { kind: "deleted" };

/** Hears of a text that takes the place of the one being edited. `undoable`: the person chose it, and may take that back. */
export type TextListener = (text: string, options: { undoable: boolean }) => void;

/** What lies at a path: text, nothing, or something that is not edited as text. */
type OnDisk = FileText | "gone" | "other";

interface Options {
  workspace: Workspace;
  path: string;
  /** null when nothing is there: a draft is left of a file that was deleted. */
  disk: FileText | null;
  /** From the last key to the file. Milliseconds. */
  saveAfter?: number;
  /** However long the typing goes on. Milliseconds. */
  saveWithin?: number;
}

/**
 * A text file under edit: saves what is typed, takes what others write, puts
 * both together where they touch different lines, and asks where they touch the
 * same. Reads and writes go one after the other, and the
 * file is looked at before it is written over, so that neither side is lost.
 */
export class FileDocument {
  readonly workspace: Workspace;
  readonly state: Accessor<DocumentState>;
  readonly path: Accessor<string>;
  readonly format: Accessor<TextFormat>;
  /** True once what lies at the path is not editable text any more; the view reads it again. */
  readonly replaced: Accessor<boolean>;
  readonly #set: {
    state: (state: DocumentState) => void;
    path: (path: string) => void;
    format: (format: TextFormat) => void;
    replaced: (replaced: boolean) => void;
  };
  readonly #queue = new TaskQueue();
  readonly #listeners = new Set<TextListener>();
  readonly #stop: Unsubscribe;
  readonly #saveAfter: number;
  readonly #saveWithin: number;
  #disk: FileText;
  #theirs: OnDisk = "gone";
  /** Fingerprint of the file's text that this one was made from, while that is not `#disk` and not known any more. */
  #lostBase: string | null = null;
  #read: () => string;
  #edits = 0;
  #savedEdits = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dirtySince = 0;
  #checking = false;

  constructor(options: Options) {
    const disk = options.disk ?? { text: "", format: { bom: false, lineBreak: "\n" } };
    const [state, setState] = createSignal<DocumentState>({ kind: options.disk ? "saved" : "deleted" });
    const [path, setPath] = createSignal(options.path);
    const [format, setFormat] = createSignal(disk.format);
    const [replaced, setReplaced] = createSignal(false);
    this.workspace = options.workspace;
    this.state = state;
    this.path = path;
    this.format = format;
    this.replaced = replaced;
    this.#set = { state: setState, path: setPath, format: setFormat, replaced: setReplaced };
    this.#saveAfter = options.saveAfter ?? 800;
    this.#saveWithin = options.saveWithin ?? 5_000;
    this.#disk = disk;
    this.#read = () => this.#disk.text;
    this.#stop = this.workspace.subscribe((changes) => {
      const old = this.path();
      this.moved(followPath(changes, old));
      if (changes.some((change) => touches(change, old) || touches(change, this.path()))) void this.check();
    });
    this.#takeUpDraft();
  }

  /** The text as it is edited. */
  text(): string {
    return this.#read();
  }

  /** True while the text differs from what the file is known to hold. */
  get unsaved(): boolean {
    return this.#edits !== this.#savedEdits;
  }

  /** True when only the person can say what happens next. */
  get blocked(): boolean {
    const { kind } = this.state();
    return kind === "conflict" || kind === "deleted";
  }

  onText(listener: TextListener): Unsubscribe {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The person changed the text; `read` answers it whenever it is needed. */
  edited(read: () => string): void {
    this.#read = read;
    if (!this.unsaved) this.#dirtySince = Date.now();
    this.#edits += 1;
    this.#wait();
  }

  /** Writes what is unsaved, now. Resolves when it is durable or was refused; `state` says which. */
  save(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#queue.run(() => this.#save());
  }

  /** Looks whether the file was changed elsewhere. */
  async check(): Promise<void> {
    if (this.#checking) return;
    this.#checking = true;
    await this.#queue.run(() => this.#check());
  }

  /** Keeps the text of this tab safe from its end, at once and without waiting for the workspace. */
  keepDraft(): void {
    if (!this.unsaved) return;
    const base = this.#lostBase ?? hashText(this.#disk.text);
    writeDraft(this.workspace.root, this.path(), { ...this.#mine(), base });
  }

  /** The file has another path now. */
  moved(path: string): void {
    if (path === this.path()) return;
    clearDraft(this.workspace.root, this.path());
    this.#set.path(path);
    this.keepDraft();
  }

  /** Ends a conflict with the text of this tab. */
  async keepMine(): Promise<void> {
    if (this.#theirs !== "gone" && this.#theirs !== "other") this.#disk = this.#theirs;
    await this.#queue.run(() => this.#write());
  }

  /** Ends a conflict with the text of the file. */
  takeTheirs(): void {
    const theirs = this.#theirs;
    this.#edits = this.#savedEdits;
    this.#saved();
    if (theirs === "other") this.#set.replaced(true);
    else if (theirs !== "gone") this.#take(theirs, { undoable: true });
  }

  /** Writes a deleted file again. */
  async writeAgain(): Promise<void> {
    await this.#queue.run(() => this.#write());
  }

  /** Stops following the file. Call it after `save`. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  #mine(): FileText {
    return { text: this.text(), format: this.format() };
  }

  /** Saves when the typing pauses; what may not be written is kept as a draft instead. */
  #wait(): void {
    if (!this.blocked) this.#set.state({ kind: "waiting" });
    const within = this.#dirtySince + this.#saveWithin - Date.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => (this.blocked ? this.keepDraft() : void this.save()),
      Math.max(0, Math.min(this.#saveAfter, within)),
    );
  }

  /** A draft of an earlier tab: as if it had just been typed, or a conflict when the file is another by now. */
  #takeUpDraft(): void {
    const draft = readDraft(this.workspace.root, this.path());
    if (!draft) return;
    if (draft.text === this.#disk.text) {
      clearDraft(this.workspace.root, this.path());
      return;
    }
    this.#set.format(draft.format);
    const same = draft.base === hashText(this.#disk.text);
    this.#theirs = this.#disk;
    if (!same) this.#lostBase = draft.base;
    if (!same && !this.blocked) this.#set.state({ kind: "conflict" });
    this.edited(() => draft.text);
  }

  async #save(): Promise<void> {
    if (!this.unsaved || this.blocked) return;
    this.#set.state({ kind: "saving" });
    try {
      const disk = await this.#onDisk();
      if (disk === "gone") this.#block("deleted", disk);
      else if (disk === "other") this.#block("conflict", disk);
      else if (this.#isBase(disk) || disk.text === this.text() || this.#merge(disk)) await this.#write();
      else this.#block("conflict", disk);
    } catch (error) {
      this.#fail("failed", error);
    }
  }

  /** Puts the text into the file, whatever lies there. */
  async #write(): Promise<void> {
    this.#set.state({ kind: "saving" });
    const edits = this.#edits;
    const mine = this.#mine();
    try {
      await this.workspace.write(this.path(), encodeFile(mine));
    } catch (error) {
      this.#fail("failed", error);
      return;
    }
    this.#disk = mine;
    this.#lostBase = null;
    this.#savedEdits = edits;
    this.#dirtySince = Date.now();
    if (this.unsaved) this.#wait();
    else this.#saved();
  }

  async #check(): Promise<void> {
    // A change that comes from here on is not in what is read now.
    this.#checking = false;
    let disk: OnDisk;
    try {
      disk = await this.#onDisk();
    } catch (error) {
      this.#fail(this.unsaved ? "failed" : "unread", error);
      return;
    }
    if (disk === "gone") this.#block("deleted", disk);
    else if (disk === "other") this.#seeOther();
    else this.#see(disk);
  }

  #seeOther(): void {
    if (this.unsaved) this.#block("conflict", "other");
    else this.#set.replaced(true);
  }

  #see(disk: FileText): void {
    if (this.unsaved && !sameText(disk, this.#mine())) {
      if (this.#isBase(disk)) this.#resume();
      else if (this.#merge(disk)) this.#wait();
      else this.#block("conflict", disk);
      return;
    }
    this.#savedEdits = this.#edits;
    if (sameText(disk, this.#mine())) this.#disk = disk;
    else this.#take(disk, { undoable: false });
    this.#saved();
  }

  /** Whether the text was made from this one. */
  #isBase(disk: FileText): boolean {
    return this.#lostBase === null && sameText(disk, this.#disk);
  }

  /** Puts what others changed into the text, where that touches other lines than what was typed. Answers whether it did. */
  #merge(disk: FileText): boolean {
    if (this.#lostBase !== null || !sameFormat(disk.format, this.format())) return false;
    const mine = this.text();
    const merged = mergeLines(this.#disk.text, mine, disk.text, MAX_EDITS);
    if (merged === null) return false;
    this.#disk = disk;
    this.#read = () => merged;
    if (this.blocked) this.#set.state({ kind: "waiting" });
    if (merged !== mine) for (const listener of this.#listeners) listener(merged, { undoable: false });
    return true;
  }

  /** What blocked is over: the file is again as it was. */
  #resume(): void {
    if (!this.blocked) return;
    this.#dirtySince = Date.now();
    this.#set.state({ kind: "waiting" });
    this.#wait();
  }

  #take(disk: FileText, options: { undoable: boolean }): void {
    const changed = disk.text !== this.text();
    this.#disk = disk;
    this.#lostBase = null;
    this.#read = () => disk.text;
    this.#set.format(disk.format);
    if (changed) for (const listener of this.#listeners) listener(disk.text, options);
  }

  #saved(): void {
    clearTimeout(this.#timer);
    clearDraft(this.workspace.root, this.path());
    this.#set.state({ kind: "saved" });
  }

  #block(kind: "conflict" | "deleted", theirs: OnDisk): void {
    this.#theirs = theirs;
    this.#set.state({ kind });
    this.keepDraft();
  }

  #fail(kind: "failed" | "unread", error: unknown): void {
    this.#set.state({ kind, error: toErrorValue(error) });
    this.keepDraft();
  }

  async #onDisk(): Promise<OnDisk> {
    const entry = await this.workspace.stat(this.path());
    if (!entry) return "gone";
    if (entry.kind === "directory" || entry.size > EDIT_LIMIT) return "other";
    try {
      return decodeFile(await this.workspace.readBytes(this.path())) ?? "other";
    } catch (error) {
      // It went between the look and the reading.
      if (toErrorValue(error).code === "not-found") return "gone";
      throw error;
    }
  }
}
