import { OkcvmError } from "../domain/errors.ts";
import { newId } from "../domain/ids.ts";
import type { Profile, Profiles } from "../ports/profiles.ts";

const KEY = "okcvm-profiles";
/** The database of who never chose. */
const FIRST = "okcvm";

interface Stored {
  active: string;
  all: { name: string; label: string }[];
}

/** Deletes what belongs to a database and is of no other, which `isShared` says of a conversation, and then the database. */
type RemoveData = (name: string, isShared: (id: string) => Promise<boolean>) => Promise<void>;

/** Which database this page is to open. */
export function activeProfile(): string {
  return read().active;
}

/** The list of profiles, which is small and needed before any database is open: local storage. */
export class BrowserProfiles implements Profiles {
  readonly #current: string;
  readonly #removeData: RemoveData;

  constructor(current: string, removeData: RemoveData) {
    this.#current = current;
    this.#removeData = removeData;
  }

  list(): Profile[] {
    return read().all.map(({ name, label }) => ({ name, label, current: name === this.#current }));
  }

  add(): Profile {
    const made = { name: `okcvm-${newId().slice(0, 12)}`, label: "" };
    const stored = read();
    write({ ...stored, all: [...stored.all, made] });
    return { ...made, current: false };
  }

  use(name: string): void {
    write({ ...this.#with(name), active: name });
  }

  rename(name: string, label: string): void {
    const stored = this.#with(name);
    const line = label.replaceAll(/\s+/g, " ").trim().slice(0, 60);
    write({ ...stored, all: stored.all.map((one) => (one.name === name ? { name, label: line } : one)) });
  }

  othersHave(conversationId: string): Promise<boolean> {
    return haveBeside(this.#current, conversationId);
  }

  async remove(name: string): Promise<void> {
    const stored = this.#with(name);
    if (name === this.#current || name === stored.active)
      throw new OkcvmError("bad-arguments", "That account is in use. Switch to another one first.");
    await this.#removeData(name, (id) => haveBeside(name, id));
    const after = read();
    write({ ...after, all: after.all.filter((one) => one.name !== name) });
  }

  #with(name: string): Stored {
    const stored = read();
    if (!stored.all.some((one) => one.name === name))
      throw new OkcvmError("not-found", "There is no such account in this browser.");
    return stored;
  }
}

/** Whether another profile than `name` has a conversation. */
async function haveBeside(name: string, id: string): Promise<boolean> {
  const others = read()
    .all.map((one) => one.name)
    .filter((other) => other !== name);
  if (others.length === 0) return false;
  const { haveConversation } = await import("./other-profiles.ts");
  return haveConversation(others, id);
}

function read(): Stored {
  const first: Stored = { active: FIRST, all: [{ name: FIRST, label: "" }] };
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    return isStored(stored) ? stored : first;
  } catch {
    // Not what this page wrote: the first database is always there.
    return first;
  }
}

function write(stored: Stored): void {
  localStorage.setItem(KEY, JSON.stringify(stored));
}

function isStored(value: unknown): value is Stored {
  const { active, all } = (value ?? {}) as Partial<Stored>;
  return (
    Array.isArray(all) &&
    all.every(({ name, label }) => typeof name === "string" && typeof label === "string") &&
    all.some(({ name }) => name === active)
  );
}
