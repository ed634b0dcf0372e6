import { toErrorValue } from "../domain/errors.ts";
import { TaskQueue } from "../domain/queue.ts";
import type { RunningServer } from "../domain/running-server.ts";
import type { EngineState, Sandbox, ShellRequest, ShellResult } from "../ports/sandbox.ts";
import { noted } from "./engine/noted.ts";
import { whenAborted } from "./engine/waits.ts";
import { isSamePlan, type EnginePlan } from "./engine-plan.ts";
import type { EngineAddress } from "./webcontainer/engine-client.ts";

/** What the choice needs of the WebContainer engine besides a Sandbox. */
export interface RemoteSandbox extends Sandbox {
  /** Resolves when the engine is up. Errors: `unreachable`, `engine-failed`. */
  ready(): Promise<void>;
  /** Resolves when the host has answered, however late. */
  answered(): Promise<void>;
  /** Asks a host that has not answered once more. */
  retry(): void;
}

export interface ChosenParts {
  plan(): Promise<EnginePlan>;
  /** Called when the plan may be another. */
  subscribe(listener: () => void): () => void;
  online(): boolean;
  /** Called when the network is there again. */
  subscribeOnline(listener: () => void): () => void;
  embedded(): Sandbox;
  webcontainer(address: EngineAddress, fallback: Sandbox): Promise<RemoteSandbox>;
}

/** When a host that does not answer is asked again: after this long, and this long again. Milliseconds. */
const ASK_AGAIN_MS = [3_000, 30_000, 60_000, 300_000];

interface Remote {
  plan: EnginePlan;
  sandbox: RemoteSandbox;
}

/**
 * The engine that is chosen: WebContainer, or the embedded one where that is
 * set or while WebContainer does not answer. Both work on the same workspace
 * and each command's changes are durable when it ends, so the next command may
 * run in either.
 */
export class ChosenSandbox implements Sandbox {
  readonly #parts: ChosenParts;
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #turns = new TaskQueue();
  readonly #stops: (() => void)[] = [];
  #embedded: Sandbox | null = null;
  #remote: Remote | null = null;
  #current: Sandbox | null = null;
  #running: { plan: EnginePlan; stop: AbortController } | null = null;
  /** Why WebContainer is not used though it should be. */
  #fallen: string | null = null;
  #isToldOf: string | null = null;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(parts: ChosenParts) {
    this.#parts = parts;
    this.#stops.push(
      parts.subscribe(() => void this.#onPlanChange()),
      parts.subscribeOnline(() => this.#onOnline()),
    );
  }

  get name(): string {
    const name = (this.#current ?? this.#ownEmbedded()).name;
    return this.#fallen === null ? name : `${name}, as ${this.#fallen}`;
  }

  get state(): EngineState {
    return (this.#current ?? this.#ownEmbedded()).state;
  }

  get servers(): readonly RunningServer[] {
    return this.#remote?.sandbox.servers ?? [];
  }

  /** Why the engine is not the one that was asked for, in words; null when it is. */
  get notice(): string | null {
    return this.#fallen;
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  warm(): void {
    // Its failure is kept for no one: the first command tries again and tells.
    this.#turns.run(async () => (await this.#choose(await this.#parts.plan())).warm()).catch(() => {});
  }

  shell(request: ShellRequest): Promise<ShellResult> {
    return this.#turns.run(() => this.#run(request));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#asking);
    for (const stop of this.#stops.splice(0)) stop();
    await Promise.all([this.#remote?.sandbox.close(), this.#embedded?.close()]);
    this.#remote = null;
  }

  async #run(request: ShellRequest): Promise<ShellResult> {
    const plan = await this.#parts.plan();
    const stop = new AbortController();
    this.#running = { plan, stop };
    try {
      const sandbox = await this.#started(plan, request.signal);
      const note = this.#note();
      const signals = [stop.signal, ...(request.signal ? [request.signal] : [])];
      const result = await sandbox.shell({ ...request, signal: AbortSignal.any(signals) });
      const words = stop.signal.aborted && result.ended === "aborted" ? String(stop.signal.reason) : note;
      return words === null ? result : noted(request, result, words);
    } finally {
      this.#running = null;
    }
  }

  /** The engine for a command, up and running; the embedded one when WebContainer cannot be. */
  async #started(plan: EnginePlan, signal: AbortSignal | undefined): Promise<Sandbox> {
    const sandbox = await this.#choose(plan);
    if (sandbox !== this.#remote?.sandbox || signal?.aborted) return sandbox;
    try {
      await Promise.race([this.#remote.sandbox.ready(), whenAborted(signal)]);
      return sandbox;
    } catch (error) {
      this.#fall(this.#remote, error);
      return this.#use(this.#ownEmbedded());
    }
  }

  async #choose(plan: EnginePlan): Promise<Sandbox> {
    if (plan.engine === "embedded") {
      await this.#leaveRemote();
      this.#fallen = plan.reason;
      return this.#use(this.#ownEmbedded());
    }
    if (this.#remote && !isSamePlan(this.#remote.plan, plan)) await this.#leaveRemote();
    if (!this.#remote) this.#fallen = null;
    this.#remote ??= await this.#openRemote(plan);
    const { sandbox } = this.#remote;
    const isUp = sandbox.state === "ready" || sandbox.state === "running";
    if (!isUp && this.#fallen === null && !this.#parts.online()) this.#fallen = "this browser is offline";
    return this.#use(this.#fallen === null || isUp ? sandbox : this.#ownEmbedded());
  }

  async #openRemote(plan: Extract<EnginePlan, { engine: "webcontainer" }>): Promise<Remote> {
    const sandbox = await this.#parts.webcontainer(plan.address, this.#ownEmbedded());
    // Its servers count also while commands run in the other engine.
    sandbox.subscribe(() => this.#tell(this.state));
    return { plan, sandbox };
  }

  async #leaveRemote(): Promise<void> {
    const left = this.#remote;
    this.#remote = null;
    await left?.sandbox.close();
  }

  /** WebContainer does not start: the other engine is used until it answers, or there is a network again. */
  #fall(remote: Remote, error: unknown): void {
    const { code, message } = toErrorValue(error);
    if (code !== "unreachable" && code !== "engine-failed") throw error;
    this.#fallen = code === "unreachable" ? "WebContainer did not answer" : `WebContainer failed: ${message}`;
    if (code !== "unreachable") return;
    const back = (): void => {
      if (this.#remote === remote) this.#recover();
    };
    // A boot that fails late leaves things as they are.
    remote.sandbox.answered().then(back, () => {});
    this.#askAgain(remote, 1);
  }

  /** Asks a host that does not answer again and again, ever more seldom. */
  #askAgain(remote: Remote, turn: number): void {
    clearTimeout(this.#asking);
    const pause = ASK_AGAIN_MS[Math.min(turn, ASK_AGAIN_MS.length - 1)];
    this.#asking = setTimeout(() => {
      if (this.#remote !== remote || this.#fallen === null) return;
      remote.sandbox.retry();
      this.#askAgain(remote, turn + 1);
    }, pause);
  }

  #recover(): void {
    if (this.#fallen === null || this.#closed) return;
    this.#fallen = null;
    // A command that runs in the other engine is not disturbed: the next one goes here.
    if (this.#running || !this.#remote) return this.#tell(this.state);
    this.#remote.sandbox.warm();
    this.#use(this.#remote.sandbox);
  }

  #onOnline(): void {
    if (!this.#remote || this.#fallen === null) return;
    this.#remote.sandbox.retry();
    // The word that there is a network can come before the network.
    this.#askAgain(this.#remote, 0);
    // One that has not answered is waited for; one that failed, or was not asked for being offline, is tried again.
    if (this.#fallen !== "WebContainer did not answer") this.#recover();
  }

  async #onPlanChange(): Promise<void> {
    const plan = await this.#parts.plan();
    if (this.#closed) return;
    const running = this.#running;
    if (running && !isSamePlan(running.plan, plan))
      running.stop.abort(
        `okcvm: stopped, because the engine was changed to ${plan.engine === "embedded" ? this.#ownEmbedded().name : "WebContainer"}.`,
      );
    // Told at once, not with the next command.
    await this.#turns.run(() => this.#choose(plan));
  }

  #ownEmbedded(): Sandbox {
    if (this.#embedded) return this.#embedded;
    const embedded = this.#parts.embedded();
    this.#embedded = embedded;
    embedded.subscribe((state) => {
      if (this.#current === null || this.#current === embedded) this.#tell(state);
    });
    return embedded;
  }

  #use(sandbox: Sandbox): Sandbox {
    const changed = this.#current !== sandbox;
    this.#current = sandbox;
    if (changed) this.#tell(sandbox.state);
    return sandbox;
  }

  /** What a command's answer says of a fall, once for each. */
  #note(): string | null {
    if (this.#fallen === this.#isToldOf) return null;
    this.#isToldOf = this.#fallen;
    if (this.#fallen === null) return null;
    return `okcvm: ran in the ${this.#ownEmbedded().name}, as ${this.#fallen}.`;
  }

  #tell(state: EngineState): void {
    for (const listener of this.#listeners) listener(state);
  }
}
