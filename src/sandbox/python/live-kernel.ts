import type { Change, TreeChange } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import type { CellEvent } from "../../domain/notebook.ts";
import { makeCaller, serveCalls, type Caller, type PortLike } from "../../domain/rpc.ts";
import type { Sandbox } from "../../ports/sandbox.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { ReplicaJournal } from "../engine/replica-journal.ts";
import { inTime } from "../engine/waits.ts";
import type { EngineHost, FrameWorker } from "../frame/frame.ts";
import { encodeAnswer, failedAnswer, type Answer } from "./answer.ts";
import type { InstalledPackage } from "./packages/candidate-makers.ts";
import type { KernelNotice, ShellAnswer, Wheel } from "./wire.ts";

/** A start that takes longer has failed. Milliseconds. */
const BOOT_TIMEOUT_MS = 120_000;

export interface LiveKernelParts {
  workspace: Workspace;
  /** Runs the shell commands of cells. */
  shell: Sandbox;
  /** Answers `pip install`, of the words after it and the folder it is said in. */
  install(words: string[], cwd: string): Promise<string>;
}

/** What the running cell is told and asks for. */
export interface CellWatch {
  onEvent(event: CellEvent): void;
  /** Fires when the cell is to stop: its shell command ends with it. */
  signal: AbortSignal;
  /** Milliseconds. */
  timeoutMs: number;
}

/** One interpreter in its Worker, from its start to its end. */
export class LiveKernel {
  readonly worker: FrameWorker;
  /** Resolves with the reason when it can run nothing any more. */
  readonly died: Promise<string>;
  readonly #caller: Caller;
  readonly #parts: LiveKernelParts;
  /** Its changes on their way into the workspace. */
  readonly #journal: ReplicaJournal;
  readonly #unsubscribe: () => void;
  /** Changes of the workspace that it has not heard of. It takes them when it begins a cell and when it is answered. */
  #news: TreeChange[] = [];
  #watch: CellWatch | null = null;
  /** Wants the memory it had before any cell; null when it came from one itself, or has given it. */
  #onSnapshot: ((memory: Uint8Array<ArrayBuffer>) => void) | null = null;
  /** What it showed while no cell ran: background tasks. */
  #late: CellEvent[] = [];
  #die: (reason: string) => void = () => {};

  private constructor(worker: FrameWorker, parts: LiveKernelParts) {
    this.worker = worker;
    this.#parts = parts;
    this.#journal = new ReplicaJournal(parts.workspace);
    const fatal = new Promise<string>((resolve) => {
      this.#die = resolve;
    });
    this.died = Promise.race([worker.died, fatal]);
    const port = worker.port as unknown as PortLike;
    this.#caller = makeCaller(port, (notice) => this.#hear(notice as KernelNotice));
    serveCalls(port, {
      journal: (changes: Change[]) => this.#journal.keep(changes),
      content: (path: string) => this.#journal.content(path),
      install: (words: string[], cwd: string) => parts.install(words, cwd),
    });
    this.#unsubscribe = parts.workspace.subscribe((changes, from) => {
      if (from !== this.#journal.origin) this.#news.push(...changes);
    });
    worker.port.start();
  }

  /** Starts one from the boot files the host keeps under a name; `onSnapshot` gets the memory of one that was started without. Errors: `engine-failed`. */
  static async start(
    host: EngineHost,
    start: { code: string; kept: string; onSnapshot: (memory: Uint8Array<ArrayBuffer>) => void },
    parts: LiveKernelParts,
  ): Promise<LiveKernel> {
    const worker = await host.startWorker(start.code, { line: true, kept: start.kept });
    const kernel = new LiveKernel(worker, parts);
    try {
      if (await kernel.#boot()) kernel.#onSnapshot = start.onSnapshot;
      return kernel;
    } catch (error) {
      await kernel.kill();
      throw error;
    }
  }

  /** Modules the cell wants and that are not there. */
  imports(code: string): Promise<string[]> {
    return this.#call("imports", code, this.#takeNews());
  }

  installed(): Promise<InstalledPackage[]> {
    return this.#call("installed");
  }

  /** Puts packages in; answers what went wrong, by file name. */
  install(wheels: Wheel[]): Promise<Record<string, string>> {
    return this.#call("install", wheels);
  }

  addFonts(fonts: Record<string, ArrayBuffer>): Promise<void> {
    return this.#call("addFonts", fonts);
  }

  /** Runs a cell and answers "ok" or "error" when every file it changed is durable. Errors: of what could not be kept. */
  async run(code: string, count: number, watch: CellWatch): Promise<string> {
    this.#watch = watch;
    for (const event of this.#late.splice(0)) watch.onEvent(event);
    try {
      return await this.#call("run", code, count, this.#takeNews());
    } finally {
      this.#watch = null;
      this.#giveSnapshot();
    }
  }

  /** Resolves when what the cell awaits is ended; while it computes, it is not heard. */
  interruptAwait(): Promise<void> {
    return this.#call("interrupt");
  }

  /** Ends it; what it had sent of its changes is kept before this resolves. */
  async kill(): Promise<void> {
    await this.worker.kill();
    this.#unsubscribe();
    this.#caller.close(new OkcvmError("aborted", "The interpreter was stopped."));
    this.worker.port.close();
    await this.#journal.idle();
  }

  /** After the first cell, which it would have held up: it is tens of megabytes. */
  #giveSnapshot(): void {
    const onSnapshot = this.#onSnapshot;
    if (!onSnapshot) return;
    this.#onSnapshot = null;
    // One that ends first gives none: the next start without a memory does.
    this.#call<Uint8Array<ArrayBuffer>>("takeSnapshot").then(onSnapshot, () => {});
  }

  /** Answers whether it has a memory to give. */
  async #boot(): Promise<boolean> {
    const { workspace } = this.#parts;
    const entries = await workspace.list("", { recursive: true });
    const starting = this.#call<boolean>("start", workspace.root, entries).then((isFresh) => ({ isFresh }));
    const started = await inTime(Promise.race([starting, this.died]), BOOT_TIMEOUT_MS);
    if (started !== null && typeof started !== "string") return started.isFresh;
    throw new OkcvmError("engine-failed", `Python could not start: ${started ?? "it took too long."}`);
  }

  #call<T>(method: string, ...args: unknown[]): Promise<T> {
    return this.#caller.call<T>(method, ...args);
  }

  #takeNews(): TreeChange[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  #hear(notice: KernelNotice): void {
    if (notice.kind === "fatal") this.#die(notice.reason);
    else if (notice.kind === "ask") void this.#answer(notice);
    else if (this.#watch) this.#watch.onEvent(notice.event);
    else this.#late.push(notice.event);
  }

  async #answer({ question, method, args }: Extract<KernelNotice, { kind: "ask" }>): Promise<void> {
    let answer: Answer;
    let content: Uint8Array | undefined;
    try {
      if (method === "content") content = await this.#journal.content(args[0] as string);
      const value = method === "shell" ? await this.#shell(args as [string, string, boolean]) : undefined;
      answer = { value, changes: this.#takeNews() };
    } catch (error) {
      answer = failedAnswer(error);
    }
    this.worker.answer(question, encodeAnswer(answer, content));
  }

  async #shell([command, cwd, capture]: [string, string, boolean]): Promise<ShellAnswer> {
    const watch = this.#watch;
    if (!watch) throw new OkcvmError("aborted", "The cell has ended.");
    await this.#journal.idle();
    const { exitCode, stdout, stderr } = await this.#parts.shell.shell({
      command,
      cwd,
      timeoutMs: watch.timeoutMs,
      signal: watch.signal,
      onOutput: (text, name) => {
        if (!capture) watch.onEvent({ output_type: "stream", name, text });
      },
    });
    return capture ? { exitCode, stdout, stderr } : { exitCode, stdout: "", stderr: "" };
  }
}
