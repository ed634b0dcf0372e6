import type { Accounts, Caller } from "../repos/accounts.ts";
import { DEVICE_TOKEN, hashOf } from "./secrets.ts";

/** How long a token that was found good counts as good without being looked up: what a revoked device may still do. Milliseconds. */
const KNOWN_MS = 3_000;
const MAX_KNOWN = 10_000;

/** Finds out who a token belongs to. */
export class Authenticator {
  readonly #accounts: Accounts;
  readonly #now: () => number;
  readonly #known = new Map<string, { caller: Caller; until: number }>();

  constructor(accounts: Accounts, now: () => number) {
    this.#accounts = accounts;
    this.#now = now;
  }

  /** null for a token that is none, is unknown, or was revoked. */
  async callerOf(token: string): Promise<Caller | null> {
    if (!DEVICE_TOKEN.test(token)) return null;
    const hash = hashOf(token);
    const known = this.#known.get(hash);
    if (known && known.until > this.#now()) return known.caller;
    this.#known.delete(hash);
    const caller = await this.#accounts.callerOf(hash);
    if (!caller) return null;
    if (this.#known.size >= MAX_KNOWN) this.#known.delete(this.#known.keys().next().value ?? "");
    this.#known.set(hash, { caller, until: this.#now() + KNOWN_MS });
    return caller;
  }

  /** Looks every token up again. */
  forgetAll(): void {
    this.#known.clear();
  }

  /** Forgets a device at once; other servers do within the time above. */
  forget(deviceId: string): void {
    for (const [hash, { caller }] of this.#known) if (caller.deviceId === deviceId) this.#known.delete(hash);
  }
}
