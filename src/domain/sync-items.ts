import type { DeploymentRecord } from "./deployment.ts";
import { OWN_SITE_ID } from "./site-limits.ts";
import type { Message } from "./message.ts";
import { ENDPOINT_KINDS } from "./settings.ts";
import type { ItemClass } from "./sync-protocol.ts";
import type { Todo } from "./todo.ts";

/** Settings that follow the person; the others are a browser's own. Keys are none of them. */
export const SYNCED_SETTINGS = [
  ...ENDPOINT_KINDS.map((kind) => `endpoint-${kind}` as const),
  "systemPrompt",
  "maxSteps",
  "theme",
] as const;
export type SyncedSetting = (typeof SYNCED_SETTINGS)[number];

/**
 * An item of a space with what it holds. A conversation's space has the
 * conversation's id. title, active, deleted: what a list of conversations shows;
 * the server hands these three out with the list of spaces, so that titles come
 * first. node: a message, which never changes. todos: the plan of a branch.
 * setting: in the account's home space.
 */
export type ItemValue =
  | { kind: "title"; title: string }
  /** Milliseconds since 1970 UTC. */
  | { kind: "active"; createdAt: number; updatedAt: number }
  /**
   * null: it is not deleted. Milliseconds since 1970 UTC. `seen`: messages it had
   * for who deleted it, and `files` the newest commits of its branches; one that
   * has more was worked on meanwhile, and comes back. null: deleted whatever it
   * has.
   */
  | { kind: "deleted"; at: number | null; seen: number | null; files: string[] | null }
  | { kind: "node"; message: Message }
  /** A site that was published, which never changes. */
  | { kind: "site"; record: DeploymentRecord }
  /** `messageId` is "" for a conversation without messages. */
  | { kind: "todos"; messageId: string; todos: Todo[] }
  | { kind: "setting"; field: SyncedSetting; value: unknown }
  /**
   * A Git pack that the space has as a blob. `replaces`: packs whose objects are
   * all in it. `blob`: what it is called where it is encrypted, with its index.
   */
  | { kind: "pack"; packId: string; size: number; replaces: string[]; blob?: string | undefined }
  /** A branch of the workspace and its newest commit. */
  | { kind: "ref"; hash: string; name: string; oid: string }
  /** The branch that was worked on last. */
  | { kind: "head"; branch: string };

/** Which item it is, without what it holds. */
export type ItemName =
  | { kind: "title" | "active" | "deleted" }
  | { kind: "node" | "todos"; messageId: string }
  | { kind: "setting"; field: SyncedSetting }
  | { kind: "site"; deploymentId: string }
  | { kind: "pack"; packId: string }
  | { kind: "ref"; hash: string }
  | { kind: "head" };

const NO_MESSAGE = "start";

/** The id an item has in its space. */
export function itemId(item: ItemName): string {
  switch (item.kind) {
    case "node":
    case "todos":
      return `${item.kind}.${item.messageId || NO_MESSAGE}`;
    case "setting":
      return `setting.${item.field}`;
    case "site":
      return `site.${item.deploymentId}`;
    case "pack":
      return `pack.${item.packId}`;
    case "ref":
      return `ref.${item.hash}`;
    case "head":
      return item.kind;
    default:
      return `about.${item.kind}`;
  }
}

/** What an id names; null for one that a later version may know. */
export function readItemId(id: string): ItemName | null {
  if (id === "head") return { kind: "head" };
  const [, kind = "", rest = ""] = /^([a-z]+)\.(.+)$/.exec(id) ?? [];
  if (kind === "pack" && /^[0-9a-f]{40}$/.test(rest)) return { kind, packId: rest };
  if (kind === "ref" && /^[0-9a-f]{32}$/.test(rest)) return { kind, hash: rest };
  if (kind === "site" && OWN_SITE_ID.test(rest)) return { kind, deploymentId: rest };
  if (kind === "about" && (rest === "title" || rest === "active" || rest === "deleted"))
    return { kind: rest };
  if (kind === "todos" && rest === NO_MESSAGE) return { kind, messageId: "" };
  if ((kind === "node" || kind === "todos") && /^[0-9a-f]{32}$/.test(rest)) return { kind, messageId: rest };
  const field = SYNCED_SETTINGS.find((one) => one === rest);
  return kind === "setting" && field !== undefined ? { kind, field } : null;
}

/** How an item changes. */
export function classOf({ kind }: ItemName): ItemClass {
  if (kind === "ref") return "cas";
  return kind === "node" || kind === "site" || kind === "pack" ? "add" : "set";
}
