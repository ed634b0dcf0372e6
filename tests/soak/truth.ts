import type { Message } from "../../src/domain/message.ts";
import type { SoakBrowser } from "./browser.ts";

/** What there is one of, and the newest of which wins: a title, a plan, a setting. */
export type Register =
  | { kind: "title" | "todos"; conversation: string }
  | { kind: "prompt"; conversation: null };

/** One change of a register. */
interface Write {
  by: string;
  value: string;
  /** What its writer saw and replaced. */
  over: string | null;
  /** True once its writer was told that it is kept. */
  certain: boolean;
  /** null for one whose page died, or which was dated anew. */
  stamp: string | null;
}

/** Everything that somebody was told is kept, and so what has to be there in the end. */
export class Truth {
  /** Messages by conversation and id. */
  readonly messages = new Map<string, Map<string, string>>();
  readonly registers = new Map<string, { register: Register; writes: Write[] }>();
  /** Contents of files that are in a snapshot, by conversation. */
  readonly contents = new Map<string, Set<string>>();
  #count = 0;

  /** A text that is nowhere else. */
  text(what: string): string {
    return `${what}-${(this.#count += 1)}`;
  }

  /** A message that was acknowledged. */
  said({ conversationId, id, parts: [part] }: Message): void {
    const known = this.messages.get(conversationId) ?? new Map<string, string>();
    known.set(id, part?.type === "text" ? part.text : "");
    this.messages.set(conversationId, known);
  }

  /** Changes a register, and notes what its writer saw before. Errors: PageDied, after which it may have been kept or not. */
  async write(browser: SoakBrowser, register: Register, value: string): Promise<void> {
    const key = keyOf(register);
    const writes: Write[] = this.registers.get(key)?.writes ?? [];
    this.registers.set(key, { register, writes });
    const { page } = browser;
    const over = await browser.live(() => readRegister(browser, register));
    const write: Write = { by: browser.name, value, over, certain: false, stamp: null };
    writes.push(write);
    await browser.live(() => writeRegister(browser, register, value));
    write.certain = true;
    const [item] = ITEMS[register.kind];
    const space = register.conversation ?? (await page.store.account())?.homeSpace ?? "";
    write.stamp = page.stamps.get(`${space} ${item}`) ?? null;
  }

  /** A content that is in a snapshot. */
  filed(conversation: string, content: string): void {
    const known = this.contents.get(conversation) ?? new Set();
    known.add(content);
    this.contents.set(conversation, known);
  }

  /** What a register may hold in the end. */
  mayHold(key: string): Set<string> {
    const writes = this.registers.get(key)?.writes ?? [];
    const replaced = new Set<string>();
    const replace = (value: string | null): void => {
      if (value === null || replaced.has(value)) return;
      replaced.add(value);
      replace(writes.find((write) => write.value === value)?.over ?? null);
    };
    for (const write of writes) if (write.certain) replace(write.over);
    const left = writes.filter(({ value }) => !replaced.has(value));
    const dated = left.every(({ stamp }) => stamp !== null);
    const newest = left.reduce((most, { stamp }) => ((stamp ?? "") > most ? (stamp ?? "") : most), "");
    return new Set(left.filter(({ stamp }) => !dated || stamp === newest).map(({ value }) => value));
  }
}

/** Their items' ids. */
const ITEMS = {
  title: ["about.title"],
  todos: ["todos.start"],
  prompt: ["setting.systemPrompt"],
} as const;

export function keyOf({ kind, conversation }: Register): string {
  return `${kind} ${conversation ?? ""}`;
}

export async function readRegister({ page }: SoakBrowser, register: Register): Promise<string | null> {
  switch (register.kind) {
    case "title":
      return (await page.conversations.get(register.conversation))?.title || null;
    case "todos": {
      const row = await page.db.todos.get([register.conversation, ""]);
      return row?.todos[0]?.content ?? null;
    }
    default:
      return (await page.settings.load()).systemPrompt;
  }
}

async function writeRegister({ page }: SoakBrowser, register: Register, value: string): Promise<void> {
  switch (register.kind) {
    case "title":
      return page.conversations.rename(register.conversation, value);
    case "todos":
      return page.conversations.setTodos(register.conversation, null, [
        { id: "1", content: value, status: "pending", priority: "low" },
      ]);
    default:
      return page.settings.save({ ...(await page.settings.load()), systemPrompt: value });
  }
}
