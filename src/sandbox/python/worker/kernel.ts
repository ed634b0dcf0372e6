import type { PyodideAPI } from "pyodide";

import type { Change, Entry, TreeChange } from "../../../domain/changes.ts";
import { OkcvmError, toErrorValue } from "../../../domain/errors.ts";
import type { CellEvent } from "../../../domain/notebook.ts";
import { JournalSender } from "../../engine/journal-sender.ts";
import type { InstalledPackage } from "../packages/candidate-makers.ts";
import { normalizeName } from "../packages/names.ts";
import type { KernelNotice, ShellAnswer, Wheel } from "../wire.ts";
import { FONT_FOLDER, GivenFiles } from "./boot.ts";
import { ERRNO, type EmscriptenFs } from "./emscripten.ts";
import { PythonReplica } from "./replica.ts";
import { Interrupted, SyncLine, type LineMemory } from "./sync-line.ts";

/** The kernel's Python package, as it is called from here. */
export interface KernelModule {
  start(host: object, mount: string): void;
  run_cell(code: string, count: number): Promise<string>;
  interrupt(): void;
  find_imports(code: string): { toJs(): string[]; destroy(): void };
}

interface PackagesModule {
  installed_json(): string;
  remove(name: string): unknown;
}

export interface KernelParts {
  pyodide: PyodideAPI;
  given: GivenFiles;
  memory: LineMemory | null;
  /** The mount, an absolute path. */
  root: string;
  notify(notice: KernelNotice): void;
  journal(changes: Change[]): Promise<unknown>;
  content(path: string): Promise<Uint8Array>;
  /** Answers `pip install`, of the words after it and the folder it is said in. */
  install(words: string[], cwd: string): Promise<string>;
}

/** The interpreter with its files: what the page calls. */
export class Kernel {
  readonly #parts: KernelParts;
  readonly #line: SyncLine | null;
  readonly #journal: JournalSender;
  readonly #replica: PythonReplica;
  readonly #module: KernelModule;

  constructor(parts: KernelParts, entries: readonly Entry[]) {
    this.#parts = parts;
    const { pyodide, memory, notify } = parts;
    this.#line =
      memory &&
      new SyncLine(memory, (question, method, args) =>
        notify({ kind: "ask", question, method: method as "content" | "shell", args }),
      );
    if (memory) pyodide.setInterruptBuffer(new Uint8Array(memory.interrupt));
    this.#journal = new JournalSender(parts.journal);
    const fs = pyodide.FS as unknown as EmscriptenFs;
    this.#replica = new PythonReplica(fs, parts.root, {
      load: (path) => this.#load(fs, path),
      changed: (changes) => {
        for (const change of changes) this.#journal.add(change);
        this.#journal.flush();
      },
    });
    this.#replica.seed(entries);
    this.#module = pyodide.pyimport("okcvm_kernel") as unknown as KernelModule;
    this.#module.start(this.#host(), parts.root);
  }

  /** Names of modules the cell wants and that are not there. */
  imports(code: string, changes: TreeChange[]): string[] {
    this.#line?.forgetInterrupt();
    this.#replica.applyRemote(changes);
    const found = this.#module.find_imports(code);
    const names = found.toJs();
    found.destroy();
    return names;
  }

  /** Puts packages in; answers what went wrong, by file name. */
  async install(wheels: Wheel[]): Promise<Record<string, string>> {
    const { given, pyodide } = this.#parts;
    const failures: Record<string, string> = {};
    for (const wheel of wheels) given.put(wheel.fileName, wheel.bytes);
    for (const wheel of wheels) {
      if (wheel.replaces !== null) this.#remove(wheel);
      const problems: string[] = [];
      // Loading does not throw when it fails: it tells.
      const options = { checkIntegrity: false, errorCallback: (text: string) => problems.push(text) };
      const source = wheel.locked ? wheel.packageName : GivenFiles.addressOf(wheel.fileName);
      await pyodide
        .loadPackage(source, options)
        .catch((error: unknown) => problems.push(toErrorValue(error).message));
      if (problems.length > 0) failures[wheel.fileName] = problems.join("\n");
      given.drop(wheel.fileName);
    }
    return failures;
  }

  /** Gives matplotlib fonts, by file name, for its first import. */
  addFonts(fonts: Record<string, ArrayBuffer>): void {
    const { FS } = this.#parts.pyodide;
    FS.mkdirTree(FONT_FOLDER);
    for (const [name, bytes] of Object.entries(fonts))
      FS.writeFile(`${FONT_FOLDER}/${name}`, new Uint8Array(bytes), { canOwn: true });
  }

  /** What is installed. */
  installed(): InstalledPackage[] {
    const packages = this.#parts.pyodide.pyimport("okcvm_kernel.packages") as unknown as PackagesModule;
    return JSON.parse(packages.installed_json()) as InstalledPackage[];
  }

  /** Takes a version out before another goes in; the interpreter would keep the first. */
  #remove({ packageName }: Wheel): void {
    const { pyodide } = this.#parts;
    const packages = pyodide.pyimport("okcvm_kernel.packages") as unknown as PackagesModule;
    packages.remove(packageName);
    for (const name of Object.keys(pyodide.loadedPackages))
      if (normalizeName(name) === packageName) delete pyodide.loadedPackages[name];
  }

  /** Runs a cell; every file it changed is durable when this resolves. */
  async run(code: string, count: number, changes: TreeChange[]): Promise<string> {
    this.#replica.applyRemote(changes);
    if (!this.#line) await this.#fetchAhead();
    this.#line?.forgetInterrupt();
    try {
      return await this.#module.run_cell(code, count);
    } finally {
      await this.#settle();
    }
  }

  async #settle(): Promise<void> {
    this.#replica.flush();
    await this.#journal.settle();
  }

  /** Sends what has changed, with an interpreter that can run nothing any more too. */
  flush(): void {
    this.#replica.flush();
  }

  /** Ends what the cell awaits. While it computes this is not heard: the interrupt flag is. */
  interrupt(): void {
    this.#module.interrupt();
  }

  #host(): object {
    const { notify, install } = this.#parts;
    return {
      stream: (name: "stdout" | "stderr", text: string) =>
        notify({ kind: "output", event: { output_type: "stream", name, text } }),
      output: (json: string) => notify({ kind: "output", event: JSON.parse(json) as CellEvent }),
      shell: (command: string, cwd: string, capture: boolean) => this.#shell(command, cwd, capture),
      wait: (seconds: number) => this.#wait(seconds),
      install: async (words: string, cwd: string) => {
        // A requirements file, or a wheel, may have been written by this very cell.
        await this.#settle();
        return install(JSON.parse(words) as string[], cwd);
      },
    };
  }

  #shell(command: string, cwd: string, capture: boolean): object {
    this.#replica.flush();
    try {
      const { answer } = this.#asking().ask("shell", command, cwd, capture);
      this.#replica.applyRemote(answer.changes);
      const { exitCode, stdout, stderr } = answer.value as ShellAnswer;
      return { exit_code: exitCode, stdout, stderr };
    } catch (error) {
      throw this.#stopped(error);
    }
  }

  #wait(seconds: number): void {
    this.#replica.flush();
    this.#asking().wait(seconds * 1000);
    this.#parts.pyodide.checkInterrupt();
  }

  #asking(): SyncLine {
    if (!this.#line)
      throw new OkcvmError(
        "not-supported",
        "This browser gives the interpreter no shared memory, so that it cannot wait for the shell. Use the shell tool instead.",
      );
    return this.#line;
  }

  /** A question that was given up on becomes Python's KeyboardInterrupt. */
  #stopped(error: unknown): unknown {
    if (error instanceof Interrupted) this.#parts.pyodide.checkInterrupt();
    return error;
  }

  #load(fs: EmscriptenFs, path: string): Uint8Array {
    try {
      const { answer, content } = this.#asking().ask("content", path);
      this.#replica.applyRemote(answer.changes);
      return content;
    } catch (error) {
      // Python asks again after a signal, and then raises what the signal stands for.
      throw new fs.ErrnoError(error instanceof Interrupted ? ERRNO.EINTR : ERRNO.EIO);
    }
  }

  /** Without shared memory a file cannot be fetched when it is opened. */
  async #fetchAhead(): Promise<void> {
    for (const path of this.#replica.away()) this.#replica.fill(path, await this.#parts.content(path));
  }
}
