import { throwIfAborted, toErrorValue, type ErrorValue } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import { pauseAfter } from "./backoff.ts";
import { FilesExchange, type FilesExchangeParts } from "./files-exchange.ts";
import { Wake } from "./wake.ts";

/** What a person changed is kept as a snapshot after this long without a further change, so that it can go out. Milliseconds. */
const QUIET_MS = 500;
/** Without such a pause it is kept after this long. Milliseconds. */
const LONGEST_MS = 1_500;
/** Looked at again this often even when nothing was told. Milliseconds. */
const LOOK_AGAIN_MS = 5 * 60_000;

export interface FilesShareParts extends FilesExchangeParts {
  clock: Clock;
  /** Called when `problem` is another. */
  onProblem(): void;
  report(error: unknown): void;
}

/** Keeps the files of one open conversation, with their history, and the server's the same. */
export class FilesShare {
  readonly #parts: FilesShareParts;
  readonly #over = new AbortController();
  readonly #wake = new Wake();
  readonly #stops: (() => void)[] = [];
  readonly #exchange: FilesExchange;
  #failures = 0;
  #problem: ErrorValue | null = null;
  /** True until it was looked for changes of before this began: by a page that died, or before there was an account. */
  #mayHaveLeft = true;
  /** True while changes wait to become a snapshot. */
  #unsaved = false;
  /** When the first of them was made, and the last. Milliseconds since 1970 UTC. */
  #unsavedSince = 0;
  #editedAt = 0;
  #edits = 0;
  /** While they are waited for and kept. */
  #keeping: Promise<void> | null = null;
  /** Raised by whatever may be new to the server. */
  #changes = 0;
  /** What `#changes` was when the server was found to have everything; null for never. */
  #settledAt: number | null = null;
  readonly #ended: Promise<void>;

  constructor(parts: FilesShareParts) {
    this.#parts = parts;
    const { workspace, store, conversationId } = parts;
    this.#stops.push(
      workspace.subscribeHistory(() => this.#onSnapshot()),
      workspace.subscribe(() => this.#onChange()),
      // What just came may be what was missing: it is tried again at once.
      store.subscribeArrivals((spaces) => spaces.includes(conversationId) && this.retry()),
    );
    this.#noteOpen();
    this.#exchange = new FilesExchange(parts, this.#over.signal);
    this.#ended = this.#run();
  }

  /** Something may be different: looks at once. */
  poke(): void {
    if (this.#failures === 0) this.#wake.now();
  }

  /** The server may be there again. */
  retry(): void {
    this.#failures = 0;
    // Opened, and changed, before there was an account.
    this.#noteOpen();
    if (this.#unsaved) this.#onChange();
    this.#wake.now();
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#over.abort();
    await Promise.all([this.#ended, this.#keeping]);
    const { store, conversationId } = this.#parts;
    if (!this.#unsaved && this.#settledAt === this.#changes) await store.setFilesOpen(conversationId, false);
  }

  /** Why the files cannot be exchanged now; null when they can, or when the server is just not there. */
  get problem(): ErrorValue | null {
    return this.#problem;
  }

  #tell(problem: ErrorValue | null): void {
    // The engine meets the network's failures too, and tells of them.
    const told = problem?.code === "unreachable" || problem?.code === "aborted" ? null : problem;
    if (told?.message === this.#problem?.message) return;
    this.#problem = told;
    this.#parts.onProblem();
  }

  async #run(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      let pause = LOOK_AGAIN_MS;
      try {
        await this.#keepLeft();
        const began = this.#changes;
        const whole = await this.#exchange.run();
        const { store, conversationId } = this.#parts;
        // What was changed meanwhile may have come after the look at it.
        if (whole && !this.#unsaved && began === this.#changes) {
          this.#settledAt = began;
          await store.setFilesWaiting(conversationId, false);
        }
        this.#failures = 0;
        this.#tell(null);
      } catch (error) {
        if (signal.aborted) return;
        this.#failures += 1;
        pause = pauseAfter(this.#failures);
        this.#tell(toErrorValue(error));
        if (this.#problem?.code === "internal") this.#parts.report(error);
      }
      await this.#wake.wait(pause, this.#parts.clock, signal);
    }
  }

  /** Nobody tells of changes that were made before. */
  async #keepLeft(): Promise<void> {
    const { running, api, report } = this.#parts;
    if (!this.#mayHaveLeft || !(await api())) return;
    // A reply keeps what it changes itself, step by step.
    if (running()) return;
    try {
      await this.#snapshot();
      this.#mayHaveLeft = false;
    } catch (error) {
      // What is kept already goes out all the same, and what others did comes in.
      if (!isOver(error)) report(error);
    }
  }

  async #snapshot(): Promise<void> {
    await this.#parts.workspace.snapshotIfChanged("Your edits", { kind: "edits" });
  }

  #noteOpen(): void {
    const { store, conversationId, report } = this.#parts;
    void store.setFilesOpen(conversationId, true).catch(report);
  }

  #onSnapshot(): void {
    this.#changes += 1;
    this.poke();
  }

  /** Files changed here: they go out as a snapshot when it is quiet, or has not been for long. */
  #onChange(): void {
    const now = this.#parts.clock.now();
    if (!this.#unsaved) this.#unsavedSince = now;
    this.#unsaved = true;
    this.#editedAt = now;
    this.#edits += 1;
    this.#changes += 1;
    this.#keeping ??= this.#keep()
      .catch(this.#parts.report)
      .finally(() => (this.#keeping = null));
  }

  async #keep(): Promise<void> {
    const { store, running, conversationId } = this.#parts;
    if (!(await this.#parts.api())) return;
    try {
      await store.setFilesWaiting(conversationId, true);
      while (this.#unsaved) {
        await this.#quiet();
        const seen = this.#edits;
        // A reply keeps what it changes itself, step by step.
        if (!running()) await this.#snapshot();
        this.#unsaved = seen !== this.#edits;
        this.#unsavedSince = this.#parts.clock.now();
        this.poke();
      }
    } catch (error) {
      if (!isOver(error)) throw error;
    }
  }

  /** Waits for a pause in the changes, and not for ever. Errors: `aborted`. */
  async #quiet(): Promise<void> {
    const { clock } = this.#parts;
    throwIfAborted(this.#over.signal);
    for (;;) {
      const now = clock.now();
      // The clock was set back.
      if (now < this.#editedAt) this.#editedAt = this.#unsavedSince = now;
      const left = Math.min(this.#editedAt + QUIET_MS, this.#unsavedSince + LONGEST_MS) - now;
      if (left <= 0) return;
      await clock.sleep(left, this.#over.signal);
    }
  }
}

/** The conversation was closed, or another tab has it by now. */
function isOver(error: unknown): boolean {
  const { code } = toErrorValue(error);
  return code === "aborted" || code === "workspace-busy";
}
