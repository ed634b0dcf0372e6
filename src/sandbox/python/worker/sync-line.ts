import { OkcvmError, fromErrorValue } from "../../../domain/errors.ts";
import type { WorkerStart } from "../../frame/frame.ts";
import { decodeAnswer, type Answer } from "../answer.ts";

/**
 * The memory a Worker shares with its frame, whose side is in
 * frame-bootstrap.js: words (see below) and then room for a part of an answer,
 * and one byte that the interpreter looks at while it computes (2: stop).
 */
export type LineMemory = NonNullable<WorkerStart["line"]>;

/** The question that waits; it is given up on when the number moves on. */
const QUESTION = 0;
/** 1 while a part of an answer lies in the room. */
const FULL = 1;
const LENGTH = 2;
/** 1 for the last part. */
const LAST = 3;
/** The question the part belongs to: one that was given up on may still get its answer. */
const ANSWERED = 4;
const HEAD_BYTES = 32;

/** How long it waits before it looks whether it is to stop. Milliseconds. */
const SLICE_MS = 50;

/** Thrown when a question was given up on because the interpreter is to stop. */
export class Interrupted extends Error {}

/** Questions to the page whose answers the interpreter waits for without going back to its event loop. */
export class SyncLine {
  readonly #words: Int32Array;
  readonly #room: Uint8Array;
  readonly #interrupt: Uint8Array;
  readonly #post: (question: number, method: string, args: unknown[]) => void;

  constructor(memory: LineMemory, post: (question: number, method: string, args: unknown[]) => void) {
    this.#words = new Int32Array(memory.answers, 0, HEAD_BYTES / 4);
    this.#room = new Uint8Array(memory.answers, HEAD_BYTES);
    this.#interrupt = new Uint8Array(memory.interrupt);
    this.#post = post;
  }

  /** Asks and waits. Errors: those of the answer, and `Interrupted`. */
  ask(method: string, ...args: unknown[]): { answer: Answer; content: Uint8Array } {
    const question = Atomics.add(this.#words, QUESTION, 1) + 1;
    Atomics.store(this.#words, FULL, 0);
    this.#post(question, method, args);
    const whole = decodeAnswer(this.#receive(question));
    if (whole.answer.error) throw fromErrorValue(whole.answer.error);
    return whole;
  }

  #receive(question: number): Uint8Array<ArrayBuffer> {
    const parts: Uint8Array[] = [];
    for (let last = false; !last;) {
      while (Atomics.load(this.#words, FULL) === 0) {
        if (this.interrupted) throw this.#giveUp();
        Atomics.wait(this.#words, FULL, 0, SLICE_MS);
      }
      if (this.#words[ANSWERED] === question) {
        parts.push(this.#room.slice(0, this.#words[LENGTH]));
        last = this.#words[LAST] === 1;
      }
      this.#empty();
    }
    return joined(parts);
  }

  /** Sleeps for so long, or until it is to stop; at most one slice. */
  wait(milliseconds: number): void {
    if (!this.interrupted)
      Atomics.wait(this.#words, FULL, Atomics.load(this.#words, FULL), Math.min(milliseconds, SLICE_MS));
  }

  get interrupted(): boolean {
    return Atomics.load(this.#interrupt, 0) === 2;
  }

  /** A stop that came too late for what it was meant for must not end what comes next. */
  forgetInterrupt(): void {
    Atomics.store(this.#interrupt, 0, 0);
  }

  #giveUp(): Interrupted {
    Atomics.add(this.#words, QUESTION, 1);
    this.#empty();
    return new Interrupted("Stopped.");
  }

  #empty(): void {
    Atomics.store(this.#words, FULL, 0);
    Atomics.notify(this.#words, FULL);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  if (whole.length === 0) throw new OkcvmError("internal", "An answer was empty.");
  return whole;
}
