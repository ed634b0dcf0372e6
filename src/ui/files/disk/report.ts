import type { DiskFailure, TakeResult, WriteResult } from "../../../vm/disk/api.ts";
import { diskTexts } from "../../texts/disk-texts.ts";

/** What the last task did, in words. */
export interface Report {
  tone: "plain" | "warning" | "danger";
  lines: string[];
  failed: DiskFailure[];
}

export function problem(text: string): Report {
  return { tone: "danger", lines: [text], failed: [] };
}

export function writeReport(result: WriteResult, name: string): Report {
  const { written, deleted, failed, stale, stopped } = result;
  // Files that changed while others were written are among the failed.
  if (stale.length > 0 && failed.length === 0) return nothingDone(stale);
  return {
    tone: failed.length > 0 || stopped ? "warning" : "plain",
    lines: [...(stopped ? [diskTexts.stopped] : []), diskTexts.wrote(written.length, deleted.length, name)],
    failed,
  };
}

export function takeReport({ taken, removed, failed, stale }: TakeResult, name: string): Report {
  if (stale.length > 0) return nothingDone(stale);
  const done = taken.length + removed.length;
  return {
    tone: failed.length > 0 ? "warning" : "plain",
    lines: [diskTexts.brought(taken.length, removed.length, name), ...(done > 0 ? [diskTexts.undoHint] : [])],
    failed,
  };
}

function nothingDone(stale: readonly string[]): Report {
  return { tone: "warning", lines: [diskTexts.stale(stale.length)], failed: [] };
}
