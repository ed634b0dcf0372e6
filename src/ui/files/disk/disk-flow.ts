import { createSignal, onCleanup, type Accessor, type Setter } from "solid-js";

import { toErrorValue, type ErrorValue } from "../../../domain/errors.ts";
import type { Session } from "../../../vm/api.ts";
import type {
  ChosenFolder,
  DiskApi,
  DiskComparison,
  DiskDifference,
  DiskSync,
  FolderLook,
  LinkedFolder,
} from "../../../vm/disk/api.ts";
import { showToast } from "../../state/toasts.ts";
import { diskTexts } from "../../texts/disk-texts.ts";
import { saveDocuments } from "../edit/documents.ts";
import { createDiskTasks, type Busy, type DiskTasks } from "./disk-tasks.ts";
import { problem, takeReport, writeReport, type Report } from "./report.ts";

/** Where the person is. */
export type Stage =
  | { kind: "loading" }
  | { kind: "unsupported" }
  | { kind: "none" }
  | { kind: "failed"; error: ErrorValue; folder: LinkedFolder | null; retry: () => void }
  | { kind: "asleep"; folder: LinkedFolder }
  | { kind: "found"; chosen: ChosenFolder; look: FolderLook }
  | { kind: "compared"; folder: LinkedFolder; comparison: DiskComparison };

/**
 * What the person does with a folder of their disk, step by step. Make it
 * inside a root: a task that is under way when the root ends is stopped, and
 * what it did is told in a toast.
 */
export class DiskFlow {
  readonly stage: Accessor<Stage>;
  readonly busy: Accessor<Busy | null>;
  /** What the last task did; null for nothing to tell. */
  readonly report: Accessor<Report | null>;
  /** Files here have changed since the comparison. */
  readonly changed: Accessor<boolean>;
  readonly #disk: DiskApi;
  readonly #session: Session;
  readonly #tasks: DiskTasks = createDiskTasks();
  readonly #setStage: Setter<Stage>;
  readonly #setReport: Setter<Report | null>;
  readonly #setChanged: Setter<boolean>;
  #sync: DiskSync | null = null;

  constructor(disk: DiskApi, session: Session) {
    this.#disk = disk;
    this.#session = session;
    this.busy = this.#tasks.busy;
    [this.stage, this.#setStage] = createSignal<Stage>({ kind: "loading" });
    [this.report, this.#setReport] = createSignal<Report | null>(null);
    [this.changed, this.#setChanged] = createSignal(false);
    onCleanup(session.workspace.subscribe(() => this.#setChanged(true)));
    void this.#start();
  }

  /** The folder the conversation works with, as far as the stage knows it. */
  get linked(): LinkedFolder | null {
    const stage = this.stage();
    return "folder" in stage ? stage.folder : null;
  }

  /** Opens the browser's picker: call it in a press. */
  async choose(): Promise<void> {
    try {
      const chosen = await this.#sync?.choose();
      if (!chosen) return;
      this.#setReport(null);
      const linked = chosen.known ? await this.#sync?.linked() : null;
      await (linked ? this.#compare(linked) : this.#look(chosen));
    } catch (error) {
      this.#tell(problem(toErrorValue(error).message));
    }
  }

  /** Copies the chosen folder's files here. */
  async bring(): Promise<void> {
    const stage = this.stage();
    if (stage.kind !== "found") return;
    const { chosen } = stage;
    try {
      this.#tell(
        takeReport(await this.#tasks.run(chosen.name, (options) => chosen.open(options)), chosen.name),
      );
      const linked = await this.#sync?.linked();
      if (linked && !this.#tasks.over()) await this.#compare(linked);
    } catch (error) {
      // A copy that was stopped by shutting the dialog may have brought a part.
      if (this.#tasks.over()) this.#tell({ ...problem(toErrorValue(error).message), tone: "warning" });
      // It may have changed meanwhile: it is looked through again before another try.
      else this.#fail(error, null, () => void this.#look(chosen));
    }
  }

  /** Works with the chosen folder without copying anything. */
  async link(): Promise<void> {
    const stage = this.stage();
    if (stage.kind !== "found") return;
    try {
      await this.#compare(await stage.chosen.link());
    } catch (error) {
      this.#fail(error, null, () => void this.#look(stage.chosen));
    }
  }

  /** Asks to read the folder: call it in a press. */
  async allow(): Promise<void> {
    const { linked } = this;
    if (!linked) return;
    try {
      if (await linked.request("read")) await this.#compare(linked);
      else this.#tell(problem(diskTexts.readDenied(linked.name)));
    } catch (error) {
      this.#tell(problem(toErrorValue(error).message));
    }
  }

  async compare(): Promise<void> {
    this.#setReport(null);
    if (this.linked) await this.#compare(this.linked);
  }

  /** Writes to the disk, after the browser has asked: call it in a press. */
  async write(differences: readonly DiskDifference[]): Promise<void> {
    const { linked } = this;
    if (!linked) return;
    await this.#change(linked, async () => {
      if (!(await linked.request("write"))) return problem(diskTexts.writeDenied(linked.name));
      const result = await this.#tasks.run(linked.name, (options) => linked.write(differences, options));
      return writeReport(result, linked.name);
    });
  }

  async take(differences: readonly DiskDifference[]): Promise<void> {
    const { linked } = this;
    if (!linked) return;
    await this.#change(linked, async () => {
      const result = await this.#tasks.run(linked.name, (options) => linked.take(differences, options));
      return takeReport(result, linked.name);
    });
  }

  async letGo(): Promise<void> {
    const name = this.linked?.name ?? "";
    try {
      await this.#sync?.forget();
      this.#setReport(null);
      this.#setStage({ kind: "none" });
      showToast({ text: diskTexts.letGoDone(name) });
    } catch (error) {
      this.#tell(problem(toErrorValue(error).message));
    }
  }

  async #start(): Promise<void> {
    if (!this.#disk.supported()) return void this.#setStage({ kind: "unsupported" });
    try {
      this.#sync = await this.#disk.open(this.#session);
      const linked = await this.#sync.linked();
      if (!linked) this.#setStage({ kind: "none" });
      else if ((await linked.permission("read")) === "granted") await this.#compare(linked);
      else this.#setStage({ kind: "asleep", folder: linked });
    } catch (error) {
      this.#fail(error, null, () => void this.#start());
    }
  }

  async #look(chosen: ChosenFolder): Promise<void> {
    try {
      const look = await this.#tasks.run(chosen.name, (options) => chosen.look(options));
      this.#setStage({ kind: "found", chosen, look });
    } catch (error) {
      this.#fail(error, null, () => void this.#look(chosen));
    }
  }

  async #compare(folder: LinkedFolder): Promise<void> {
    try {
      // What is typed and not yet saved is part of what is here.
      await saveDocuments(this.#session.workspace, "");
      this.#setChanged(false);
      const comparison = await this.#tasks.run(folder.name, (options) => folder.compare(options));
      this.#setStage({ kind: "compared", folder, comparison });
    } catch (error) {
      this.#fail(error, folder, () => void this.#compare(folder));
    }
  }

  /** Runs a change, tells what it did, and compares again. */
  async #change(folder: LinkedFolder, task: () => Promise<Report>): Promise<void> {
    this.#setReport(null);
    try {
      this.#tell(await task());
    } catch (error) {
      this.#tell(problem(toErrorValue(error).message));
    }
    if (!this.#tasks.over()) await this.#compare(folder);
  }

  #fail(error: unknown, folder: LinkedFolder | null, retry: () => void): void {
    this.#setStage({ kind: "failed", error: toErrorValue(error), folder, retry });
  }

  /** A dialog that is shut cannot tell anything. */
  #tell(report: Report): void {
    if (!this.#tasks.over()) this.#setReport(report);
    else showToast({ text: report.lines.join(" "), tone: report.tone === "danger" ? "danger" : "plain" });
  }
}
