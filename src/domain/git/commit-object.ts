import { utf8ToBytes } from "@noble/hashes/utils.js";

import type { SnapshotAbout, SnapshotKind } from "../snapshot.ts";

/** A commit as the workspace uses it. */
export interface Commit {
  tree: string;
  parents: string[];
  /** Milliseconds since 1970 UTC, whole seconds. */
  timestamp: number;
  label: string;
  detail: string;
  kind: SnapshotKind;
  messageId: string | null;
  /** Files that differ from the first parent; null in commits made elsewhere. */
  changed: number | null;
}

/** What a new commit is made of. */
export interface CommitDraft {
  tree: string;
  parents: string[];
  /** Milliseconds since 1970 UTC. */
  time: number;
  label: string;
  about: SnapshotAbout;
  changed: number;
}

const AUTHOR = "OKCVM <okcvm@okcvm.localhost>";
const MAX_LINE = 200;
/** The last moment that has a date. Milliseconds since 1970 UTC. Source: ECMAScript, Time Values. */
const MAX_TIME = 8.64e15;
const KINDS: readonly string[] = ["start", "reply", "manual", "edits", "restore", "import", "merge"];

/** The body of a commit object. What the workspace needs to know of it later stands in trailers. */
export function encodeCommit(draft: CommitDraft): Uint8Array<ArrayBuffer> {
  const who = `${AUTHOR} ${Math.floor(draft.time / 1000)} ${zone(draft.time)}`;
  const detail = oneLine(draft.about.detail ?? "");
  const lines = [
    `tree ${draft.tree}`,
    ...draft.parents.map((parent) => `parent ${parent}`),
    `author ${who}`,
    `committer ${who}`,
    "",
    oneLine(draft.label) || "Snapshot",
    "",
    ...(detail ? [detail, ""] : []),
    `Okcvm-Kind: ${draft.about.kind}`,
    `Okcvm-Changed: ${draft.changed}`,
    ...(draft.about.messageId ? [`Okcvm-Message: ${oneLine(draft.about.messageId)}`] : []),
    "",
  ];
  return utf8ToBytes(lines.join("\n")) as Uint8Array<ArrayBuffer>;
}

/** Reads a commit object. null when it is none. */
export function parseCommit(body: Uint8Array): Commit | null {
  const text = new TextDecoder().decode(body);
  const cut = text.indexOf("\n\n");
  const head = (cut < 0 ? text : text.slice(0, cut)).split("\n");
  const tree = headerOf(head, "tree")[0];
  if (tree === undefined || !/^[0-9a-f]{40}$/.test(tree)) return null;
  const seconds = Number(/ (-?\d+) [+-]\d{4}$/.exec(headerOf(head, "committer")[0] ?? "")?.[1] ?? 0);
  const message = cut < 0 ? "" : text.slice(cut + 2);
  // Git keeps whatever date it was told; what no calendar has would keep a whole timeline from being shown.
  const timestamp = Math.min(Math.max(seconds * 1000, -MAX_TIME), MAX_TIME);
  return { tree, parents: headerOf(head, "parent"), timestamp, ...parseMessage(message) };
}

function parseMessage(message: string): Pick<Commit, "label" | "detail" | "kind" | "messageId" | "changed"> {
  const paragraphs = message.trimEnd().split(/\n\s*\n/);
  const label = (paragraphs[0] ?? "").split("\n")[0]?.trim() ?? "";
  // Only the last paragraph is ours: a label or a detail that looks like a trailer is before it.
  const trailers = new Map(
    (paragraphs.length > 1 ? (paragraphs.at(-1) ?? "") : "").split("\n").flatMap((line) => {
      const found = /^Okcvm-(\w+): (.*)$/.exec(line);
      return found ? [[found[1] ?? "", found[2] ?? ""] as const] : [];
    }),
  );
  const kind = trailers.get("Kind") ?? "";
  if (!KINDS.includes(kind)) {
    return { label: oneLine(label), detail: "", kind: "commit", messageId: null, changed: null };
  }
  const changed = Number(trailers.get("Changed"));
  return {
    label,
    detail: paragraphs.length > 2 ? (paragraphs[1] ?? "") : "",
    kind: kind as SnapshotKind,
    messageId: trailers.get("Message") ?? null,
    changed: Number.isSafeInteger(changed) && changed >= 0 ? changed : null,
  };
}

function headerOf(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
}

/** One line without control characters, at most 200 characters. */
function oneLine(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  const characters = [...line];
  return characters.length <= MAX_LINE ? line : `${characters.slice(0, MAX_LINE - 1).join("")}…`;
}

/** The person's time zone at a moment, as Git writes it: `+0200`. */
function zone(time: number): string {
  const minutes = -new Date(time).getTimezoneOffset();
  const size = Math.abs(minutes);
  const digits = String(Math.floor(size / 60) * 100 + (size % 60)).padStart(4, "0");
  return `${minutes < 0 ? "-" : "+"}${digits}`;
}
