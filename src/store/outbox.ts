import type { Table } from "dexie";
import { StampClock, stampAt } from "../domain/clock-stamp.ts";
import { itemId, type ItemName } from "../domain/sync-items.ts";
import type { LinkedAccount } from "../ports/sync-store.ts";
import { Announcer } from "./announcer.ts";
import type { AppDatabase } from "./database.ts";

interface ClockRow {
  /** Newest stamp made or seen. */
  stamp: string;
  /** Newest stamp that came from the server. */
  seen: string;
  /** Newest revision given out. */
  rev: number;
  /** What is added to the device's own time. Milliseconds. */
  offset: number;
}

const NEW_CLOCK: ClockRow = { stamp: "0".repeat(16), seen: "0".repeat(16), rev: 0, offset: 0 };

const OFFSETS_DIFFER_MS = 60_000;

/** What the server is still to be told: noted in the very transaction that makes the change. */
export class Outbox {
  readonly tables: Table[];
  readonly #db: AppDatabase;
  readonly #now: () => number;
  readonly #announcer: Announcer;

  constructor(db: AppDatabase, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
    this.#announcer = new Announcer(`${db.name}-outbox`);
    this.tables = [db.outbox, db.versions, db.sync];
  }

  /**
   * Notes changed items of a conversation's space. Only inside a transaction
   * over `tables`. Without an account nothing is to be told; of what an account
   * had it is noted when it was changed, for the day that one is there again.
   */
  async note(conversationId: string, items: readonly ItemName[]): Promise<void> {
    if (await this.account()) return this.add(conversationId, items);
    for (const item of items) {
      const known = await this.#db.versions.get([conversationId, itemId(item)]);
      // The copy that stayed here is deleted, and not the account's.
      if (known && item.kind !== "deleted")
        await this.#db.versions.put({ ...known, stamp: await this.nextStamp(), device: "" });
    }
  }

  /** The same for the account's home space. */
  async noteHome(items: readonly ItemName[]): Promise<void> {
    const account = await this.account();
    if (account) await this.add(account.homeSpace, items);
  }

  async account(): Promise<LinkedAccount | null> {
    const row = await this.#db.sync.get("account");
    return (row?.value as LinkedAccount | undefined) ?? null;
  }

  /** Notes items with stamps of their own, or with new ones. */
  async add(
    space: string,
    items: readonly ItemName[],
    stampOf: (item: ItemName) => string | null = () => null,
  ): Promise<void> {
    const clock = await this.#clock();
    const stamps = new StampClock(() => this.#now() + clock.offset, clock.stamp);
    let { rev } = clock;
    let { stamp: newest } = clock;
    const rows = items.map((item) => {
      const given = stampOf(item);
      if (given === null) newest = stamps.next();
      return { space, id: itemId(item), stamp: given ?? newest, rev: (rev += 1) };
    });
    await this.#db.outbox.bulkPut(rows);
    await this.#keep({ ...clock, stamp: newest, rev });
  }

  /** A stamp that is after every other. Inside a transaction. */
  async nextStamp(): Promise<string> {
    const clock = await this.#clock();
    const stamp = new StampClock(() => this.#now() + clock.offset, clock.stamp).next();
    await this.#keep({ ...clock, stamp });
    return stamp;
  }

  /** Takes note of a stamp from elsewhere, so that every later change is after it. */
  async see(stamp: string): Promise<void> {
    const clock = await this.#clock();
    if (stamp <= clock.seen) return;
    await this.#keep({ ...clock, seen: stamp, stamp: stamp > clock.stamp ? stamp : clock.stamp });
  }

  /** Corrects the device's time. One that was ahead has given stamps of the future, which nobody took: the next ones are not after those. */
  async setClock(offset: number): Promise<void> {
    const clock = await this.#clock();
    // The server's clock is told in whole seconds: what differs by less than a minute is the same.
    if (Math.abs(offset - clock.offset) < OFFSETS_DIFFER_MS) return;
    const now = stampAt(this.#now() + offset);
    await this.#keep({ ...clock, offset, stamp: now > clock.seen ? now : clock.seen });
  }

  /** To be called when a transaction that noted something has ended. */
  announce(): void {
    this.#announcer.announce();
  }

  subscribe(listener: () => void): () => void {
    return this.#announcer.subscribe(listener);
  }

  async #clock(): Promise<ClockRow> {
    return ((await this.#db.sync.get("clock"))?.value as ClockRow | undefined) ?? NEW_CLOCK;
  }

  async #keep(clock: ClockRow): Promise<void> {
    await this.#db.sync.put({ name: "clock", value: clock });
  }
}
