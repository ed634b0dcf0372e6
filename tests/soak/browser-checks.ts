import { readItemId } from "../../src/domain/sync-items.ts";
import { readItem } from "../../src/store/item-values.ts";
import { writeBody } from "../../src/sync/item-bodies.ts";
import type { SoakBrowser } from "./browser.ts";
import type { ServerRow, ServerSpaceRows } from "./server-checks.ts";
import { readRegister } from "./truth.ts";
import type { World } from "./world.ts";

/** Registers that hold what nobody may have left there, or not the same everywhere. */
export async function registersDiffer({ truth, browsers }: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const [key, { register, writes }] of truth.registers) {
    const held = await Promise.all(browsers.map((one) => readRegister(one, register)));
    const may = truth.mayHold(key);
    const isDeleted = await Promise.all(
      browsers.map(async ({ page }) => {
        if (register.conversation === null) return false;
        return (await page.conversations.get(register.conversation))?.deletedAt !== null;
      }),
    );
    if (isDeleted.every(Boolean)) continue;
    const [first] = held;
    if (held.every((one) => one === first) && may.has(first ?? "")) continue;
    const history = writes.map(
      ({ by, value, over, certain, stamp }) =>
        `${by} ${value} over ${over} ${certain ? "" : "(page died) "}at ${stamp}`,
    );
    wrong.push(
      `${key}: ${held.join(" | ")}; may be ${[...may].join(" | ")}\n    ${history.slice(-6).join("\n    ")}`,
    );
  }
  return wrong;
}

/** Acknowledged messages that a browser lacks. */
export async function messagesLack({ truth, browsers, conversations }: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const conversation of conversations)
    for (const browser of browsers) {
      const row = await browser.page.conversations.get(conversation);
      // What was deleted elsewhere need not be here.
      if (row && row.deletedAt !== null) continue;
      wrong.push(...(await lacks(browser, conversation, truth.messages.get(conversation) ?? new Map())));
    }
  return wrong;
}

async function lacks(
  { name, page }: SoakBrowser,
  conversation: string,
  messages: ReadonlyMap<string, string>,
): Promise<string[]> {
  const there = new Map((await page.conversations.messages(conversation)).map((one) => [one.id, one]));
  return [...messages].flatMap(([id, text]) => {
    const [part] = there.get(id)?.parts ?? [];
    const isThere = part?.type === "text" && part.text === text;
    return isThere ? [] : [`${name} lacks "${text}" (node.${id} of ${conversation})`];
  });
}

/** Conversations that are deleted in one browser and not in another, or although someone wrote in them. */
export async function deletionsDiffer({ browsers, conversations }: World): Promise<string[]> {
  const wrong: string[] = [];
  for (const id of conversations) {
    const rows = (await Promise.all(browsers.map(({ page }) => page.conversations.get(id)))).filter(
      (row) => row !== null,
    );
    const states = new Set(rows.map(({ deletedAt, deletedSeen = null }) => `${deletedAt} ${deletedSeen}`));
    if (states.size > 1) wrong.push(`${id} is deleted here and not there: ${[...states].join(" | ")}`);
    for (const [at, row] of rows.entries()) {
      const { deletedAt, deletedSeen = null } = row;
      if (deletedAt === null || deletedSeen === null) continue;
      const messages = await browsers[at]?.page.conversations.messages(id);
      const written = (messages ?? []).filter(({ status }) => status !== "running").length;
      if (written > deletedSeen) wrong.push(`${id} is deleted with ${written - deletedSeen} unseen messages`);
    }
  }
  return wrong;
}

/** Items whose value here is not the server's. */
export async function digestsDiffer(browsers: readonly SoakBrowser[], spaces: readonly ServerSpaceRows[]) {
  const wrong: string[] = [];
  for (const browser of browsers) {
    const { store } = browser.page;
    const account = await store.account();
    const known = new Map((await store.spaces()).map((space) => [space.id, space]));
    for (const { id, owner, items } of spaces) {
      if (owner !== account?.id || known.get(id)?.dormant) continue;
      for (const item of items) wrong.push(...(await differs(browser, id, item)));
    }
  }
  return wrong;
}

async function differs({ name, page }: SoakBrowser, space: string, item: ServerRow): Promise<string[]> {
  const of = readItemId(item.id);
  if (!of || of.kind === "pack" || of.kind === "ref" || of.kind === "head") return [];
  const value = await readItem(page.db, space, of);
  const here = value === null ? "nothing" : canonical(JSON.parse(writeBody(value)));
  const there = item.body === null ? "nothing" : canonical(JSON.parse(item.body));
  return here === there ? [] : [`${item.id} of ${space}: ${name} has ${here}, the server ${there}`];
}

/** The same text for the same value, whatever the order of its fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    one !== null && typeof one === "object" && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}

/** What the pages and their networks met that must not be. */
export function mistakes({ browsers, stranger, strays }: World): string[] {
  const wrong = strays.map((error) => `an error nobody expects: ${wordsOf(error)}`);
  for (const { name, reported, network } of [...browsers, stranger]) {
    wrong.push(...reported.map((error) => `${name} reported: ${wordsOf(error)}`));
    wrong.push(...network.violations.map((one) => `${name}: ${one}`));
  }
  return [...wrong, ...chainsBreak(browsers)];
}

/** Branches that were moved from a version that was not the one before. */
function chainsBreak(browsers: readonly SoakBrowser[]): string[] {
  const moved = browsers.flatMap(({ network }) => network.moved).toSorted((a, b) => a.seq - b.seq);
  const last = new Map<string, number>();
  const wrong: string[] = [];
  for (const { space, id, seq, expect } of moved) {
    const before = last.get(`${space} ${id}`) ?? 0;
    // Moves whose answer was lost are not known: it may have been made from a later one.
    if ((expect ?? 0) < before) wrong.push(`${id}: ${seq} was made from ${expect}, after ${before}`);
    last.set(`${space} ${id}`, seq);
  }
  return wrong;
}

function wordsOf(error: unknown): string {
  return error instanceof Error
    ? (error.stack ?? error.message).split("\n").slice(0, 4).join(" ")
    : String(error);
}
