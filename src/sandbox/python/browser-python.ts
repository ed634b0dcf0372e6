import { OkcvmError, toErrorValue } from "../../domain/errors.ts";
import { TaskQueue } from "../../domain/queue.ts";
import type { CellRequest, CellResult, Python } from "../../ports/python.ts";
import type { EngineState, Sandbox } from "../../ports/sandbox.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { EngineStatus } from "../engine/engine-status.ts";
import { inTime, whenAborted } from "../engine/waits.ts";
import { EngineFrame, type EngineHost } from "../frame/frame.ts";
import { PausableTimer } from "./cell-limits.ts";
import { CellSink } from "./cell-sink.ts";
import { LiveKernel } from "./live-kernel.ts";
import type { PackageSource } from "./package-source.ts";
import type { PythonAssets } from "./python-assets.ts";
import type { Wheel } from "./wire.ts";

/** How long the interpreter has to say that it awaits something and has ended that. Milliseconds. */
const ACK_MS = 150;
/** A cell that goes on for so long after it was told to stop is killed. Milliseconds. */
const KILL_MS = 2_000;
/** The name the host keeps the boot files under. */
const KEPT = "python";

export interface BrowserPythonParts {
  workspace: Workspace;
  /** Runs the shell commands of cells. */
  shell: Sandbox;
  assets: PythonAssets;
  packages: PackageSource;
  /** Opens what the Worker is started in; the opaque-origin frame when left out. */
  openHost?: () => Promise<EngineHost>;
}

type Ending = "ok" | "error" | "timeout" | "aborted" | "died";

/** The cell that runs. */
interface Running {
  sink: CellSink;
  stop: AbortController;
  timer: PausableTimer;
  onProgress(text: string): void;
}

/** CPython in a Worker of an opaque-origin frame, on a replica of the workspace. */
export class BrowserPython implements Python {
  readonly #parts: BrowserPythonParts;
  readonly #turns = new TaskQueue();
  readonly #status = new EngineStatus();
  #host: Promise<EngineHost> | null = null;
  #kernel: Promise<LiveKernel> | null = null;
  #count = 0;
  #running: Running | null = null;
  #given: { host: EngineHost; memory: boolean } | null = null;

  constructor(parts: BrowserPythonParts) {
    this.#parts = parts;
  }

  get state(): EngineState {
    return this.#status.state;
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    return this.#status.subscribe(listener);
  }

  warm(): void {
    // Its failure is kept for no one: the first cell tries again and throws.
    this.#start().catch(() => {});
  }

  run(request: CellRequest): Promise<CellResult> {
    return this.#turns.run(() => this.#run(request));
  }

  restart(): Promise<void> {
    return this.#turns.run(async () => {
      await this.#drop();
      await this.#start();
    });
  }

  async close(): Promise<void> {
    await this.#drop().catch(() => {});
    const host = await this.#host?.catch(() => null);
    host?.close();
    this.#host = null;
    this.#status.set("absent");
  }

  async #run(request: CellRequest): Promise<CellResult> {
    const { signal } = request;
    const sink = new CellSink(request.onOutput ?? (() => {}));
    const stop = new AbortController();
    let why: "timeout" | "aborted" = "aborted";
    const timer = new PausableTimer(request.timeoutMs, () => {
      why = "timeout";
      stop.abort();
    });
    const onAbort = (): void => stop.abort();
    if (signal?.aborted) stop.abort();
    signal?.addEventListener("abort", onAbort, { once: true });
    const unrun = { executionCount: this.#count, restarted: false };
    const running: Running = { sink, stop, timer, onProgress: request.onProgress ?? (() => {}) };
    try {
      const kernel = await Promise.race([this.#start(), whenAborted(stop.signal)]);
      if (kernel) await this.#prepare(kernel, request.code, running);
      if (!kernel || stop.signal.aborted) return { ...unrun, outputs: sink.finish(), ended: why };
      this.#status.set("running");
      this.#running = running;
      const executionCount = (this.#count += 1);
      const { ending, restarted } = await this.#cell(kernel, { request, executionCount }, running);
      return {
        executionCount,
        outputs: sink.finish(),
        ended: ending === "stopped" ? why : ending,
        restarted,
      };
    } finally {
      this.#running = null;
      timer.cancel();
      signal?.removeEventListener("abort", onAbort);
      if (this.#status.state === "running") this.#status.set(this.#kernel ? "ready" : "absent");
    }
  }

  /** Loads the packages a cell imports, unless it is stopped meanwhile. */
  async #prepare(kernel: LiveKernel, code: string, { sink, stop, onProgress }: Running): Promise<void> {
    const modules = await kernel.imports(code);
    if (modules.length === 0) return;
    try {
      const found = await this.#parts.packages.forImports(modules, { signal: stop.signal, onProgress });
      for (const failure of found.failures) sink.note(failure);
      if (found.wheels.length === 0) return;
      onProgress("Installing packages…");
      for (const failure of Object.values(await this.#put(kernel, found.wheels, sink))) sink.note(failure);
    } catch (error) {
      // The cell runs all the same: its own import says what is missing.
      if (!stop.signal.aborted) sink.note(toErrorValue(error).message);
    }
  }

  async #cell(
    kernel: LiveKernel,
    { request, executionCount }: { request: CellRequest; executionCount: number },
    { sink, stop, timer }: Running,
  ): Promise<{ ending: Ending | "stopped"; restarted: boolean }> {
    const run = kernel.run(request.code, executionCount, {
      onEvent: (event) => sink.add(event),
      signal: stop.signal,
      timeoutMs: request.timeoutMs,
    });
    run.catch(() => {});
    timer.resume();
    const died = kernel.died.then((reason) => ({ reason }));
    const first = await Promise.race([run, died, whenAborted(stop.signal)]);
    if (typeof first === "string") return { ending: first as Ending, restarted: false };
    if (first !== null) return this.#afterDeath(sink, first.reason);
    const second = await this.#interrupt(kernel, Promise.race([run, died]));
    if (typeof second === "string") return { ending: "stopped", restarted: false };
    if (second !== null) return this.#afterDeath(sink, second.reason);
    await this.#drop();
    this.warm();
    sink.note(
      "The cell could not be interrupted, so Python was started anew: its variables are gone. Files are kept.",
    );
    return { ending: "stopped", restarted: true };
  }

  async #afterDeath(sink: CellSink, reason: string): Promise<{ ending: Ending; restarted: boolean }> {
    await this.#drop();
    this.warm();
    sink.note(`Python stopped (${reason}) and was started anew: its variables are gone. Files are kept.`);
    return { ending: "died", restarted: true };
  }

  /** Ends what a cell awaits or computes. Answers how it ended; null when it goes on. */
  async #interrupt<T>(kernel: LiveKernel, ending: Promise<T>): Promise<T | null> {
    const ended = ending.then(() => true);
    const heard = kernel.interruptAwait().then(() => true);
    for (const promise of [ended, heard]) promise.catch(() => {});
    // Set while Python awaits, the flag would end the interpreter itself: so it is asked first.
    if (!(await inTime(Promise.race([ended, heard]), ACK_MS))) kernel.worker.interrupt();
    return inTime(ending, KILL_MS);
  }

  /** Puts packages in, and with matplotlib the fonts it lacks. Answers what went wrong, by file name. */
  async #put(kernel: LiveKernel, wheels: Wheel[], sink: CellSink): Promise<Record<string, string>> {
    if (wheels.some(({ packageName }) => packageName === "matplotlib")) {
      try {
        await kernel.addFonts(await this.#parts.assets.fonts());
      } catch (error) {
        sink.note(
          `Chinese, Japanese and Korean text shows as boxes in figures: ${toErrorValue(error).message}`,
        );
      }
    }
    return kernel.install(wheels);
  }

  /** Answers `pip install`. */
  async #install(words: string[], cwd: string): Promise<string> {
    const running = this.#running;
    const kernel = await this.#kernel;
    if (!running || !kernel) throw new OkcvmError("aborted", "The cell has ended.");
    running.timer.pause();
    try {
      const { signal } = running.stop;
      const { onProgress } = running;
      const asked = { words, cwd, installed: await kernel.installed() };
      const found = await this.#parts.packages.forRequirements(asked, { signal, onProgress });
      const failures = Object.entries(await this.#put(kernel, found.wheels, running.sink));
      if (failures.length > 0)
        throw new OkcvmError("engine-failed", failures.map(([file, why]) => `${file}: ${why}`).join("\n"));
      const lines = [
        ...found.notes,
        ...found.alreadyThere.map((one) => `Requirement already satisfied: ${one}`),
      ];
      if (found.installed.length > 0) lines.push(`Successfully installed ${found.installed.join(" ")}`);
      return lines.join("\n");
    } finally {
      running.timer.resume();
    }
  }

  #start(): Promise<LiveKernel> {
    if (this.#kernel) return this.#kernel;
    this.#status.set("starting");
    this.#count = 0;
    this.#parts.packages.reset();
    const starting = this.#boot();
    this.#kernel = starting;
    const gone = (state: EngineState): void => {
      if (this.#kernel !== starting) return;
      this.#kernel = null;
      this.#status.set(state);
    };
    starting.then(
      (kernel) => {
        if (this.#kernel === starting && this.#status.state === "starting") this.#status.set("ready");
        // One that dies between two cells is replaced by the next.
        void kernel.died.then(() => {
          if (!this.#running) gone("absent");
        });
      },
      () => gone("failed"),
    );
    return starting;
  }

  async #boot(): Promise<LiveKernel> {
    const { assets, workspace, shell } = this.#parts;
    this.#host ??= this.#parts.openHost?.() ?? EngineFrame.open();
    this.#host.catch(() => {
      this.#host = null;
    });
    const [host, code] = await Promise.all([this.#host, assets.code()]);
    const hadMemory = await this.#giveFiles(host);
    const parts = { workspace, shell, install: this.#install.bind(this) };
    const onSnapshot = (memory: Uint8Array<ArrayBuffer>): void => assets.keepSnapshot(memory);
    try {
      return await LiveKernel.start(host, { code, kept: KEPT, onSnapshot }, parts);
    } catch (error) {
      if (!hadMemory) throw error;
      // A damaged memory must not keep Python from starting.
      await assets.dropSnapshot();
      this.#given = null;
      await this.#giveFiles(host);
      return LiveKernel.start(host, { code, kept: KEPT, onSnapshot }, parts);
    }
  }

  /** Gives the host the files it starts Workers from, unless it has them. Answers whether a memory is among them. */
  async #giveFiles(host: EngineHost): Promise<boolean> {
    // A host without a memory is given one as soon as there is one.
    if (this.#given?.host === host && this.#given.memory) return true;
    const files = await this.#parts.assets.files();
    const memory = files.snapshot !== null;
    host.keep(KEPT, files, [files.wasm, files.stdlib, ...(files.snapshot ? [files.snapshot] : [])]);
    this.#given = { host, memory };
    return memory;
  }

  async #drop(): Promise<void> {
    const kernel = await this.#kernel?.catch(() => null);
    this.#kernel = null;
    await kernel?.kill();
  }
}
