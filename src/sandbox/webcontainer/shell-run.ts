import type { ShellRequest, ShellResult } from "../../ports/sandbox.ts";
import { inTime, LONGEST_TIMER_MS } from "../engine/waits.ts";
import { AgentJob, type JobEnd } from "./agent-job.ts";
import type { Frame } from "./frames.ts";
import { keepRunning, type EngineLimits, type LiveEngine } from "./live-engine.ts";
import { TextStream } from "./text-stream.ts";

/** A look at the files follows an event after this pause, so that many events need one look. Milliseconds. */
const LOOK_AFTER_MS = 40;

const ENV = { TERM: "dumb", LANG: "C.UTF-8", npm_config_yes: "true", npm_config_update_notifier: "false" };

type Stopped = "timeout" | "aborted" | "broken";

/** One command in the engine's shell, from its first change to the last one kept. */
export class ShellRun {
  readonly #engine: LiveEngine;
  readonly #limits: EngineLimits;
  readonly #request: ShellRequest;
  readonly #stdout: TextStream;
  readonly #stderr: TextStream;
  readonly #over = new AbortController();
  #timers: ReturnType<typeof setTimeout>[] = [];

  constructor(engine: LiveEngine, limits: EngineLimits, request: ShellRequest) {
    this.#engine = engine;
    this.#limits = limits;
    this.#request = request;
    this.#stdout = new TextStream(engine.wall, (text) => request.onOutput?.(text, "stdout"));
    this.#stderr = new TextStream(engine.wall, (text) => request.onOutput?.(text, "stderr"));
  }

  /** Errors: `engine-failed` when the engine is lost, what kept changes from being durable. */
  async result(): Promise<ShellResult> {
    const { folder } = this.#engine;
    const job = await this.#start();
    try {
      const { stopped, promise } = this.#stopper(job);
      const outcome = await Promise.race([job.ended, promise]);
      const end = typeof outcome === "string" ? await this.#stop(job) : outcome;
      await folder.settled();
      if (end?.background) keepRunning(this.#engine, job);
      return this.#finish(stopped(), end);
    } catch (error) {
      job.kill();
      throw error;
    } finally {
      this.#over.abort();
      for (const timer of this.#timers) clearTimeout(timer);
      folder.onChange = null;
      folder.onBroken = null;
      this.#engine.onFiles = null;
    }
  }

  async #start(): Promise<AgentJob> {
    const { folder, lease, wall } = this.#engine;
    const { command, cwd, env = {} } = this.#request;
    const operations = await folder.stage();
    const inwardEnv = Object.fromEntries(
      Object.entries({ ...ENV, ...env }).map(([name, value]) => [name, wall.inward(value)]),
    );
    return AgentJob.start(
      lease,
      {
        ...folder.order(),
        ...(operations === null ? {} : { operations }),
        run: {
          command: wall.inward(command),
          cwd: cwd === undefined ? wall.engineRoot : wall.inward(cwd),
          env: inwardEnv,
        },
      },
      (frame) => this.#hear(frame),
    );
  }

  #hear(frame: Frame): void {
    if (frame.kind === "stdout") this.#stdout.push(frame.bytes);
    else if (frame.kind === "stderr") this.#stderr.push(frame.bytes);
    else this.#engine.folder.hear(frame);
  }

  /** What can end the command from outside, and what keeps both sides together while it runs. */
  #stopper(job: AgentJob): { promise: Promise<Stopped>; stopped: () => Stopped | null } {
    const { folder, lease } = this.#engine;
    const { signal, timeoutMs } = this.#request;
    let how: Stopped | null = null;
    const promise = new Promise<Stopped>((resolve) => {
      const stop = (reason: Stopped): void => {
        how ??= reason;
        resolve(how);
      };
      this.#later(() => stop("timeout"), Math.min(timeoutMs, LONGEST_TIMER_MS));
      if (signal?.aborted) stop("aborted");
      signal?.addEventListener("abort", () => stop("aborted"), { once: true, signal: this.#over.signal });
      folder.onBroken = () => stop("broken");
    });
    this.#engine.onFiles = once(LOOK_AFTER_MS, () => job.order("scan"));
    folder.onChange = once(LOOK_AFTER_MS, () => void this.#sendChanges(job));
    const beat = async (): Promise<void> => {
      const alive = await inTime(
        lease.guard(lease.instance.fs.readdir(".")).then(
          () => true,
          () => false,
        ),
        this.#limits.lostMs,
      );
      if (alive === null) lease.abandon("it no longer answers.");
      // A look as well: an event may have been missed.
      job.order("scan");
      if (alive) this.#later(() => void beat(), this.#limits.pulseMs);
    };
    this.#later(() => void beat(), this.#limits.pulseMs);
    return { promise, stopped: () => how };
  }

  async #sendChanges(job: AgentJob): Promise<void> {
    try {
      const file = await this.#engine.folder.stage();
      if (file !== null) job.order(`apply ${file}`);
    } catch (error) {
      // The engine is lost; the command's own end says so.
      if (!(error instanceof Error)) throw error;
    }
  }

  /** Ends the shell; the agent then looks at the files once more. Where it cannot, another one does. */
  async #stop(job: AgentJob): Promise<JobEnd | null> {
    job.order("kill");
    const end = await inTime(job.ended, this.#limits.killMs);
    if (end !== null) return end;
    job.kill();
    const synced = await inTime(
      this.#engine.folder.sync().then(() => true),
      this.#limits.killMs,
    );
    if (synced !== null) return null;
    const { lease } = this.#engine;
    lease.abandon("it did not end a command.");
    return lease.guard(new Promise<never>(() => {}));
  }

  #finish(stopped: Stopped | null, end: JobEnd | null): ShellResult {
    this.#stdout.end();
    this.#stderr.end();
    const printed = { stdout: this.#stdout.text, stderr: this.#stderr.text };
    if (stopped === "timeout") return { ...printed, exitCode: 124, ended: "timeout" };
    if (stopped === "aborted" || end === null) return { ...printed, exitCode: 130, ended: "aborted" };
    return { ...printed, exitCode: end.code, ended: "exit" };
  }

  #later(task: () => void, ms: number): void {
    this.#timers.push(setTimeout(task, ms));
  }
}

/** Runs `task` after a pause, once for all calls in it. */
function once(ms: number, task: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return () => {
    timer ??= setTimeout(() => {
      timer = null;
      task();
    }, ms);
  };
}
