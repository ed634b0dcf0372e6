import { sql, type Kysely, type Transaction } from "kysely";
import type { Schema } from "./schema.ts";

/** Transactions that go to the disk together, at most: the first of them waits for the last. */
const MOST = 64;

interface Job {
  work: (transaction: Transaction<Schema>) => Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** A job that has run, and how it ended; told when it is on the disk. */
type Done = () => void;

/**
 * Runs transactions of one process one after the other, and those that wait
 * for their turn at the same time in one commit: the disk is waited for once.
 * Each stands or falls by itself, and is answered when it is durable.
 */
export class GroupCommit {
  readonly #kysely: Kysely<Schema>;
  readonly #waiting: Job[] = [];
  #running = false;

  constructor(kysely: Kysely<Schema>) {
    this.#kysely = kysely;
  }

  run<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      // A transaction on SQLite never leaves its turn of the event loop: without this wait, requests that have
      // arrived by now would find it over, and each would wait for the disk by itself.
      await new Promise(setImmediate);
      await this.#commitSome();
    }
    this.#running = false;
  }

  async #commitSome(): Promise<void> {
    const taken: Job[] = [];
    try {
      const done = await this.#kysely.transaction().execute(async (transaction) => {
        const ended: Done[] = [];
        for (let job = this.#waiting.shift(); job; job = this.#next(taken)) {
          taken.push(job);
          ended.push(await runOne(transaction, job));
        }
        return ended;
      });
      for (const tell of done) tell();
    } catch (error) {
      // It did not begin, or did not reach the disk: nothing of any of them is there.
      for (const job of taken) job.reject(error);
      if (taken.length === 0) this.#waiting.shift()?.reject(error);
    }
  }

  #next(taken: readonly Job[]): Job | undefined {
    return taken.length < MOST ? this.#waiting.shift() : undefined;
  }
}

/** Runs a job so that its failure takes back what it did, and nothing else. */
async function runOne(transaction: Transaction<Schema>, { work, resolve, reject }: Job): Promise<Done> {
  await sql`SAVEPOINT job`.execute(transaction);
  try {
    const value = await work(transaction);
    await sql`RELEASE job`.execute(transaction);
    return () => resolve(value);
  } catch (error) {
    await sql`ROLLBACK TO job`.execute(transaction);
    await sql`RELEASE job`.execute(transaction);
    return () => reject(error);
  }
}
