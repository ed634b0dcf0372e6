import { OkcvmError } from "../../domain/errors.ts";
import { TaskQueue } from "../../domain/queue.ts";
import type { RunningServer } from "../../domain/running-server.ts";
import type { EngineState, Sandbox, ShellRequest, ShellResult } from "../../ports/sandbox.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { EngineStatus } from "../engine/engine-status.ts";
import { noted } from "../engine/noted.ts";
import { inTime, whenAborted } from "../engine/waits.ts";
import type { EngineAddress } from "./engine-client.ts";
import type { EngineHost } from "./engine-lease.ts";
import { pageEngine } from "./engine-lease.ts";
import { probe, startEngine, USUAL_LIMITS, type EngineLimits, type LiveEngine } from "./live-engine.ts";
import { Servers } from "./servers.ts";
import { neverBegan, planFor, type Plan } from "./shell-skills.ts";
import { ShellRun } from "./shell-run.ts";
import { openTerminal, type Terminal, type TerminalOptions } from "./terminal.ts";

export interface WebContainerOptions {
  workspace: Workspace;
  address: EngineAddress;
  /** Runs what this engine's shell cannot, on the same workspace; null for nothing. */
  fallback: Sandbox | null;
  /** The page's one engine when left out. */
  host?: EngineHost;
  limits?: Partial<EngineLimits>;
}

/** While something runs on after its command, the files are looked at this long after an event. Milliseconds. */
const IDLE_LOOK_MS = 400;

/** The WebContainer engine: StackBlitz's Node in the browser, on a replica of the workspace. */
export class WebContainerSandbox implements Sandbox {
  readonly name = "WebContainer";
  readonly #options: WebContainerOptions;
  readonly #limits: EngineLimits;
  readonly #host: EngineHost;
  readonly #status = new EngineStatus();
  readonly #servers = new Servers(() => this.#status.tell());
  readonly #turns = new TaskQueue();
  #engine: Promise<LiveEngine> | null = null;
  #live: LiveEngine | null = null;
  #isStale = false;
  #closed = false;
  #looking: ReturnType<typeof setTimeout> | null = null;

  constructor(options: WebContainerOptions) {
    this.#options = options;
    this.#host = options.host ?? pageEngine;
    this.#limits = { ...USUAL_LIMITS, ...options.limits };
  }

  get state(): EngineState {
    return this.#status.state;
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    return this.#status.subscribe(listener);
  }

  get servers(): readonly RunningServer[] {
    return this.#servers.list;
  }

  warm(): void {
    // Its failure is kept for no one: the first command tries again and throws.
    this.ready().catch(() => {});
  }

  /** Resolves when the engine is up. Errors: `unreachable`, `engine-failed`. */
  async ready(): Promise<void> {
    await this.#start();
  }

  /** Resolves when the host has answered, however late. */
  async answered(): Promise<void> {
    await this.#host.answered(this.#options.address);
  }

  /** True while a command's server or a terminal goes on after it. */
  get busy(): boolean {
    return this.#status.state === "running" || (this.#live?.background.size ?? 0) > 0;
  }

  /** Asks a host that has not answered once more. */
  retry(): void {
    this.#host.retry();
  }

  shell(request: ShellRequest): Promise<ShellResult> {
    // One command at a time: two shells on one replica would see half of each other's work.
    return this.#turns.run(() => this.#run(request));
  }

  /** Starts a program on a terminal. Errors: `unreachable`, `engine-failed`. */
  async spawn(command: string, args: string[], options: TerminalOptions = {}): Promise<Terminal> {
    const engine = await this.#start();
    await this.#turns.run(() => this.#sync(engine));
    const terminal = await openTerminal(engine, { command, args, options });
    this.#lookWhileBusy(engine);
    return terminal;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const engine = this.#live;
    // What a server or a terminal wrote last is kept as well; an engine that no longer answers is not waited for.
    if (engine && engine.background.size > 0)
      await inTime(
        engine.folder.sync().catch(() => {}),
        this.#limits.killMs,
      );
    this.#engine = null;
    if (engine) await this.#drop(engine);
    this.#status.set("absent");
  }

  async #run(request: ShellRequest): Promise<ShellResult> {
    if (request.signal?.aborted) return aborted();
    // Stopped while the engine starts: nothing ran, and the engine is there for the next command.
    const engine = await Promise.race([this.#start(), whenAborted(request.signal)]);
    if (engine === null) return aborted();
    if (this.#closed) throw closedError();
    this.#status.set("running");
    try {
      if (this.#isStale) await engine.refill();
      this.#isStale = false;
      const result = await this.#inPlace(engine, request);
      this.#status.set("ready");
      this.#lookWhileBusy(engine);
      return result;
    } catch (error) {
      const isLost = !(error instanceof OkcvmError) || error.code === "engine-failed";
      if (isLost) await this.#drop(engine);
      // The engine is well, but its files are not the workspace's.
      else this.#isStale = true;
      this.#status.set("failed");
      throw error;
    }
  }

  async #inPlace(engine: LiveEngine, request: ShellRequest): Promise<ShellResult> {
    const { fallback } = this.#options;
    if (fallback === null) return new ShellRun(engine, this.#limits, request).result();
    const plan = await this.#plan(engine, request.command);
    if (plan.place === "fallback") return this.#elsewhere(engine, request, plan.lacks ?? "");
    const result = await new ShellRun(engine, this.#limits, request).result();
    if (!neverBegan(request.command, result)) return withHint(request, result, plan);
    const again = await this.#elsewhere(engine, request, request.command.trim().split(/\s/)[0] ?? "");
    return { ...again, stderr: result.stderr + again.stderr };
  }

  async #plan(engine: LiveEngine, command: string): Promise<Plan> {
    const plan = planFor(command, engine.skills);
    if (plan.lacks === null) return plan;
    // What is missing may have been installed since.
    const { commands } = await probe(engine.lease, engine.wall);
    engine.skills = { ...engine.skills, commands: new Set([...engine.skills.commands, ...commands]) };
    return planFor(command, engine.skills);
  }

  /** The whole command in the other engine, with both sides' files brought together first and after. */
  async #elsewhere(engine: LiveEngine, request: ShellRequest, lacks: string): Promise<ShellResult> {
    const { fallback } = this.#options;
    if (fallback === null) throw new OkcvmError("engine-failed", `WebContainer's shell has no ${lacks}.`);
    if (engine.background.size > 0) await this.#sync(engine);
    const result = await fallback.shell(request);
    return noted(
      request,
      result,
      `okcvm: ran in the ${fallback.name}: WebContainer's shell has no ${lacks}.`,
    );
  }

  #start(): Promise<LiveEngine> {
    if (this.#closed) return Promise.reject(closedError());
    if (this.#engine) return this.#engine;
    this.#status.set("starting");
    const { workspace, address } = this.#options;
    const starting = startEngine(this.#host, { workspace, address, limits: this.#limits });
    this.#engine = starting;
    starting.then(
      (engine) => this.#onStarted(starting, engine),
      () => this.#forget(starting, "failed"),
    );
    return starting;
  }

  #onStarted(starting: Promise<LiveEngine>, engine: LiveEngine): void {
    if (this.#engine !== starting) {
      // Closed while it started.
      engine.dispose();
      void engine.lease.release();
      return;
    }
    this.#live = engine;
    this.#status.set("ready");
    const stop = this.#servers.follow(engine.lease.instance);
    void engine.lease.gone.then(() => {
      stop();
      engine.dispose();
      this.#forget(starting, "failed");
    });
  }

  #forget(starting: Promise<LiveEngine>, state: EngineState): void {
    if (this.#engine !== starting) return;
    this.#engine = null;
    this.#live = null;
    if (!this.#closed) this.#status.set(state);
  }

  async #drop(engine: LiveEngine): Promise<void> {
    if (this.#looking) clearTimeout(this.#looking);
    this.#engine = null;
    this.#live = null;
    engine.dispose();
    await engine.lease.release();
  }

  async #sync(engine: LiveEngine): Promise<void> {
    if (this.#live === engine) await engine.folder.sync();
  }

  /** A server or a terminal goes on: what it does to the files is kept as well, and it is told of the workspace's changes. */
  #lookWhileBusy(engine: LiveEngine): void {
    const look = (): void => {
      this.#looking ??= setTimeout(() => {
        this.#looking = null;
        // A failure here is met again by the next command, which tells it.
        this.#turns.run(() => this.#sync(engine)).then(watch, () => {});
      }, IDLE_LOOK_MS);
    };
    const watch = (): void => {
      const isBusy = engine.background.size > 0;
      engine.onFiles = isBusy ? look : null;
      engine.folder.onChange = isBusy ? look : null;
    };
    watch();
  }
}

/** A missing word in a command that needed Node: what to do about it is said. */
function withHint(request: ShellRequest, result: ShellResult, plan: Plan): ShellResult {
  if (plan.lacks === null || result.exitCode === 0) return result;
  return noted(
    request,
    result,
    `okcvm: WebContainer's shell has no ${plan.lacks}. Run that part as a command of its own; it then runs in the other shell.`,
  );
}

function closedError(): OkcvmError {
  return new OkcvmError("engine-failed", "WebContainer was closed before the command began.");
}

function aborted(): ShellResult {
  return { stdout: "", stderr: "", exitCode: 130, ended: "aborted" };
}
