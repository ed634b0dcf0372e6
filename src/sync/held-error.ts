import { titleFrom } from "../domain/conversation.ts";
import { NotEncryptedError, toErrorValue, type ErrorValue } from "../domain/errors.ts";
import type { SyncStore } from "../ports/sync-store.ts";
import type { Held } from "./pusher.ts";

/** What is to be told of conversations that the server does not take: which ones, why, and what helps. */
export async function heldError(held: ReadonlyMap<string, Held>, store: SyncStore): Promise<ErrorValue> {
  const of = (why: Held): string[] => [...held].flatMap(([id, one]) => (one === why ? [id] : []));
  const [full, foreign] = [of("full"), of("foreign")];
  if (full.length > 0) return fullError(await namesOf(full, store));
  if (of("distrusted").length > 0) return toErrorValue(new NotEncryptedError());
  if (of("locked").length > 0)
    return {
      code: "locked",
      message:
        "An encrypted conversation waits here: this browser does not have the key. Unlock it with the account's secret.",
    };
  return foreignError(await namesOf(foreign, store));
}

/** Why files of one conversation are not exchanged, with its name where it is one of the above. */
export async function namedProblem(
  problem: ErrorValue,
  conversationId: string,
  store: SyncStore,
): Promise<ErrorValue> {
  if (problem.code === "exists") return foreignError(await namesOf([conversationId], store));
  if (problem.code === "too-large") return fullError(await namesOf([conversationId], store));
  return problem;
}

interface Names {
  words: string;
  isOne: boolean;
}

function fullError({ words, isOne }: Names): ErrorValue {
  return {
    code: "storage-full",
    message: `${words} ${isOne ? "has" : "have"} no room left on the server. The history counts too, so deleting files does not help: download the files as a ZIP and go on in a new conversation, or ask the server's operator for more room.`,
  };
}

function foreignError({ words, isOne }: Names): ErrorValue {
  return {
    code: "exists",
    message: isOne
      ? `${words} belongs to another account and stays in this browser. Delete it here, or sign in to that account.`
      : `${words} belong to another account and stay in this browser. Delete them here, or sign in to that account.`,
  };
}

/** “One”, or “One” and 2 more conversations. */
async function namesOf(ids: readonly string[], store: SyncStore): Promise<Names> {
  const titles = await store.titles(ids);
  const named = titles.find((title) => title !== "");
  const isOne = ids.length === 1;
  if (titles.length === 0) return { words: "What the account keeps besides conversations", isOne: true };
  if (named === undefined) return { words: isOne ? "A conversation" : `${ids.length} conversations`, isOne };
  const name = `“${titleFrom(named)}”`;
  const others = ids.length - 1;
  if (isOne) return { words: name, isOne };
  return { words: `${name} and ${others} more ${others === 1 ? "conversation" : "conversations"}`, isOne };
}
