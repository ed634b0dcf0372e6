import type { Change } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import { TaskQueue } from "../../domain/queue.ts";
import { makeCaller, serveCalls, type Caller, type PortLike } from "../../domain/rpc.ts";
import type { EngineState, Sandbox, ShellRequest, ShellResult } from "../../ports/sandbox.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { EngineStatus } from "../engine/engine-status.ts";
import { ReplicaJournal } from "../engine/replica-journal.ts";
import { LONGEST_TIMER_MS, whenAborted } from "../engine/waits.ts";
import { EMBEDDED_NAME } from "./embedded-name.ts";
import type { KernelNotice } from "./kernel-worker.ts";
import { EngineFrame, type EngineHost, type FrameWorker } from "../frame/frame.ts";

/** The shell ends its own loops at the limit; what is still going this much later is killed. Milliseconds. */
const KILL_GRACE_MS = 250;

export interface EmbeddedOptions {
  workspace: Workspace;
  /** The kernel's code, as text of a classic script. */
  loadKernel: () => Promise<string>;
  /** Opens what the kernel's Worker is started in; the opaque-origin frame when left out. */
  openHost?: () => Promise<EngineHost>;
}

interface Kernel {
  worker: FrameWorker;
  caller: Caller;
  /** Changes on their way into the workspace. */
  journal: ReplicaJournal;
  /** Hears the output of the command that runs. */
  onNotice(notice: KernelNotice): void;
  dispose(): void;
}

/** The embedded engine: a shell in a Worker of an opaque-origin frame, on a replica of the workspace. */
export class EmbeddedSandbox implements Sandbox {
  readonly name = EMBEDDED_NAME;
  /** A command's programs end with it. */
  readonly servers = [];
  readonly #options: EmbeddedOptions;
  readonly #status = new EngineStatus();
  readonly #turns = new TaskQueue();
  #frame: Promise<EngineHost> | null = null;
  #kernel: Promise<Kernel> | null = null;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
  }

  get state(): EngineState {
    return this.#status.state;
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    return this.#status.subscribe(listener);
  }

  warm(): void {
    // Its failure is kept for no one: the first command tries again and throws.
    this.#start().catch(() => {});
  }

  shell(request: ShellRequest): Promise<ShellResult> {
    // One command at a time: two shells on one replica would see half of each other's work.
    return this.#turns.run(() => this.#run(request));
  }

  async close(): Promise<void> {
    const [frame, kernel] = await Promise.all([
      this.#frame?.catch(() => null),
      this.#kernel?.catch(() => null),
    ]);
    kernel?.dispose();
    frame?.close();
    this.#frame = null;
    this.#kernel = null;
    this.#status.set("absent");
  }

  async #run(request: ShellRequest): Promise<ShellResult> {
    if (request.signal?.aborted) return ended("aborted");
    // Stopped while the engine starts: nothing ran, and the engine is there for the next command.
    const kernel = await Promise.race([this.#start(), whenAborted(request.signal)]);
    if (kernel === null) return ended("aborted");
    this.#status.set("running");
    try {
      const result = await this.#race(kernel, request);
      this.#status.set(this.#kernel ? "ready" : "absent");
      return result;
    } catch (error) {
      await this.#drop(kernel);
      this.#status.set("failed");
      throw error;
    }
  }

  async #race(kernel: Kernel, request: ShellRequest): Promise<ShellResult> {
    const started = Date.now();
    const printed = { stdout: "", stderr: "" };
    kernel.onNotice = ({ chunk, stream }) => {
      printed[stream] += chunk;
      request.onOutput?.(chunk, stream);
    };
    const running = kernel.caller.call<ShellResult>("run", {
      command: request.command,
      cwd: request.cwd ?? this.#options.workspace.root,
      env: request.env ?? {},
      timeoutMs: request.timeoutMs,
    });
    running.catch(() => {});
    const stop = stopper(request, kernel.worker.died);
    try {
      const outcome = await Promise.race([running, stop.promise]);
      if (typeof outcome !== "string") {
        const late = outcome.exitCode === 124 && Date.now() - started >= request.timeoutMs;
        return late ? { ...outcome, ended: "timeout" } : outcome;
      }
      await this.#drop(kernel);
      return { ...ended(outcome), ...printed };
    } finally {
      kernel.onNotice = () => {};
      stop.cancel();
    }
  }

  /** Kills the kernel; what it had sent of its changes is kept before this resolves. */
  async #drop(kernel: Kernel): Promise<void> {
    this.#kernel = null;
    await kernel.worker.kill();
    kernel.dispose();
    await kernel.journal.idle();
  }

  #start(): Promise<Kernel> {
    if (this.#kernel) return this.#kernel;
    this.#status.set("starting");
    const starting = this.#boot();
    this.#kernel = starting;
    starting.catch(() => {
      this.#kernel = null;
      this.#status.set("failed");
    });
    return starting;
  }

  async #boot(): Promise<Kernel> {
    this.#frame ??= this.#options.openHost?.() ?? EngineFrame.open();
    this.#frame.catch(() => {
      this.#frame = null;
    });
    const [frame, code] = await Promise.all([this.#frame, this.#options.loadKernel()]);
    const worker = await frame.startWorker(code);
    const kernel = this.#wire(worker);
    await this.#seed(kernel);
    const place = this.#kernel;
    void worker.died.then(() => {
      kernel.dispose();
      if (this.#kernel === place) this.#kernel = null;
    });
    this.#status.set("ready");
    return kernel;
  }

  #wire(worker: FrameWorker): Kernel {
    const { workspace } = this.#options;
    const journal = new ReplicaJournal(workspace);
    const port = worker.port as unknown as PortLike;
    const caller = makeCaller(port, (notice) => kernel.onNotice(notice as KernelNotice));
    serveCalls(port, {
      journal: (changes: Change[]) => journal.keep(changes),
      content: (path: string) => journal.content(path),
    });
    const unsubscribe = workspace.subscribe((changes, from) => {
      if (from !== journal.origin) caller.call("changes", changes).catch(() => {});
    });
    const kernel: Kernel = {
      worker,
      caller,
      journal,
      onNotice: () => {},
      dispose() {
        unsubscribe();
        caller.close(new OkcvmError("aborted", "The shell was stopped."));
        worker.port.close();
      },
    };
    worker.port.start();
    return kernel;
  }

  async #seed(kernel: Kernel): Promise<void> {
    const { workspace } = this.#options;
    await kernel.caller.call("seed", workspace.root, await workspace.list("", { recursive: true }));
  }
}

/** What can end a command from outside: its limit, the caller, or the engine's death (which throws). */
function stopper(
  request: ShellRequest,
  died: Promise<string>,
): { promise: Promise<"timeout" | "aborted">; cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let onAbort = (): void => {};
  const promise = new Promise<"timeout" | "aborted">((resolve, reject) => {
    timer = setTimeout(
      () => resolve("timeout"),
      Math.min(request.timeoutMs + KILL_GRACE_MS, LONGEST_TIMER_MS),
    );
    onAbort = () => resolve("aborted");
    request.signal?.addEventListener("abort", onAbort, { once: true });
    void died.then((reason) => {
      reject(
        new OkcvmError(
          "engine-failed",
          `The shell stopped: ${reason} Files are kept; the next command starts a new one.`,
        ),
      );
    });
  });
  promise.catch(() => {});
  return {
    promise,
    cancel() {
      clearTimeout(timer);
      request.signal?.removeEventListener("abort", onAbort);
    },
  };
}

function ended(how: "timeout" | "aborted"): ShellResult {
  return { stdout: "", stderr: "", exitCode: how === "timeout" ? 124 : 130, ended: how };
}
