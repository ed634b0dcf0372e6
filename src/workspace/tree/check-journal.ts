import type { Change, Journal } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";

/** As Linux limits a symlink's target. Bytes. */
const MAX_TARGET_BYTES = 4095;
/** The last moment a Date can name. Milliseconds. */
const MAX_TIME = 8.64e15;

/**
 * The changes of a journal, each of its kind and with nothing else in it:
 * engines run hostile code, and what a journal says becomes durable.
 * Errors: `bad-arguments`; `bad-path` for a symlink's target.
 */
export function checkJournal(journal: Journal): Change[] {
  const changes: unknown = journal?.changes;
  if (!Array.isArray(changes)) throw refused("its changes are not a list");
  return changes.map((change: unknown) => checkChange(change));
}

function checkChange(value: unknown): Change {
  if (typeof value !== "object" || value === null) throw refused("a change is not an object");
  const change = value as Record<string, unknown>;
  const path = text(change["path"], "path");
  switch (change["kind"]) {
    case "write":
      return checkWrite(path, change);
    case "mkdir":
    case "remove":
      return { kind: change["kind"], path };
    case "rename":
      return { kind: "rename", path, to: text(change["to"], "to") };
    case "symlink":
      return { kind: "symlink", path, target: checkTarget(text(change["target"], "target")) };
    case "chmod":
      return { kind: "chmod", path, mode: checkMode(change["mode"]) };
    default:
      throw refused("a change is of no known kind");
  }
}

function checkWrite(path: string, change: Record<string, unknown>): Change {
  const content = change["content"];
  if (!(content instanceof Uint8Array) && !(content instanceof Blob))
    throw refused("a content is neither bytes nor a Blob");
  const write: Change = { kind: "write", path, content };
  if (change["mode"] !== undefined) write.mode = checkMode(change["mode"]);
  if (change["mtime"] !== undefined) write.mtime = checkTime(change["mtime"]);
  return write;
}

function checkTarget(target: string): string {
  if (target === "") throw new OkcvmError("bad-path", "A symbolic link needs a target.");
  if (target.includes("\0"))
    throw new OkcvmError("bad-path", "A symbolic link's target cannot hold a NUL character.");
  if (new TextEncoder().encode(target).length > MAX_TARGET_BYTES) {
    throw new OkcvmError(
      "bad-path",
      `A symbolic link's target is over ${MAX_TARGET_BYTES} bytes long. Use a shorter one.`,
    );
  }
  return target;
}

function checkMode(mode: unknown): number {
  if (typeof mode !== "number" || !Number.isInteger(mode) || mode < 0 || mode > 0o7777)
    throw refused("a mode is not a POSIX mode");
  return mode & 0o777;
}

function checkTime(time: unknown): number {
  if (typeof time !== "number" || Number.isNaN(time) || Math.abs(time) > MAX_TIME)
    throw refused("a time is not a time");
  return time;
}

function text(value: unknown, name: string): string {
  if (typeof value !== "string") throw refused(`a ${name} is not text`);
  return value;
}

function refused(reason: string): OkcvmError {
  return new OkcvmError("bad-arguments", `The journal was refused: ${reason}. Nothing was changed.`);
}
