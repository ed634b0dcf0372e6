import { OkcvmError } from "../../domain/errors.ts";
import { newId } from "../../domain/ids.ts";
import { makeCaller, type Caller } from "../../domain/rpc.ts";
import type { TabChannel } from "../../ports/tabs.ts";
import { portTo, type LeaderNotice, type SessionSummary, type TabMessage } from "./wire.ts";
import { REPEATABLE } from "./workspace-methods.ts";

interface Waiting {
  method: string;
  args: unknown[];
  /** True while a leader has it. */
  asked: boolean;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * A follower's line to whichever tab leads. A call waits for a leader; when the
 * leader is gone before it answered, what can be asked again is asked of the
 * next one, and the rest fails as `interrupted`.
 */
export class LeaderLine {
  readonly #channel: TabChannel;
  readonly #self = newId();
  readonly #onNotice: (notice: LeaderNotice) => void;
  readonly #onLeader: (state: SessionSummary) => void;
  readonly #waiting = new Set<Waiting>();
  #leader: string | null = null;
  #caller: Caller | null = null;

  constructor(
    channel: TabChannel,
    parts: { onNotice(notice: LeaderNotice): void; onLeader(state: SessionSummary): void },
  ) {
    this.#channel = channel;
    this.#onNotice = parts.onNotice;
    this.#onLeader = parts.onLeader;
    channel.subscribe((value) => this.#hear(value as TabMessage));
    channel.post({ type: "who", from: this.#self } satisfies TabMessage);
  }

  call<T>(method: string, ...args: unknown[]): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const call: Waiting = { method, args, asked: false, resolve: (value) => resolve(value as T), reject };
      this.#waiting.add(call);
      if (this.#caller) void this.#ask(call, this.#caller);
    });
  }

  /** The calls that wait go to `take` from now on: this tab leads itself. */
  handOver(take: (method: string, args: unknown[]) => Promise<unknown>): void {
    this.#lose();
    this.#channel.close();
    for (const call of this.#waiting) take(call.method, call.args).then(call.resolve, call.reject);
    this.#waiting.clear();
  }

  close(error: OkcvmError): void {
    this.#lose();
    this.#channel.close();
    for (const call of this.#waiting) call.reject(error);
    this.#waiting.clear();
  }

  #hear(message: TabMessage): void {
    if (message.type === "leader" && message.leader !== this.#leader) this.#follow(message.leader);
    else if (message.type === "leaving" && message.leader === this.#leader) this.#lose();
  }

  #follow(leader: string): void {
    this.#lose();
    this.#leader = leader;
    const caller = makeCaller(portTo(this.#channel, this.#self, leader), (value) => {
      if (this.#leader === leader) this.#onNotice(value as LeaderNotice);
    });
    this.#caller = caller;
    caller.call<SessionSummary>("hello").then(
      (state) => this.#onLeader(state),
      // The next leader is greeted when it says so.
      () => {},
    );
    for (const call of this.#waiting) void this.#ask(call, caller);
  }

  /** What was asked of the leader that is gone and cannot be asked again fails. */
  #lose(): void {
    this.#leader = null;
    this.#caller = null;
    for (const call of this.#waiting) {
      if (call.asked && !REPEATABLE.has(call.method)) {
        this.#waiting.delete(call);
        call.reject(new OkcvmError("interrupted", GONE));
      }
      call.asked = false;
    }
  }

  async #ask(call: Waiting, caller: Caller): Promise<void> {
    call.asked = true;
    const answer = await caller.call(call.method, ...call.args).then(
      (value) => () => call.resolve(value),
      (error: unknown) => () => call.reject(error),
    );
    // An answer of a leader that was given up on is late: its call has been asked again, or has failed.
    if (caller === this.#caller && this.#waiting.delete(call)) answer();
  }
}

const GONE =
  "The tab that was doing this was closed before it answered. Look whether it happened, then try again.";
