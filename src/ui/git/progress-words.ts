import type { TransferProgress } from "../../domain/git-remote.ts";
import { formatBytes } from "../format/bytes.ts";
import { enGit } from "../texts/en-git.ts";
import type { GitMode } from "./git-dialog-state.ts";

/** Until this many bytes what comes is the host's own report on its work. */
const REPORT_BYTES = 64 * 1024;

/** What to show after one more notice: the host's reports and the first bytes come mixed, and phases do not go back. */
export function nextProgress(shown: TransferProgress | null, next: TransferProgress): TransferProgress {
  if (shown && next.phase === "receive" && next.loaded < REPORT_BYTES) return shown;
  if (shown?.phase === "receive" && next.phase === "prepare") return shown;
  return next;
}

/** How far a transfer is, for people. */
export interface ProgressWords {
  phase: string;
  /** Bytes or objects; "" when there is nothing to count. */
  amount: string;
  /** 0 to 1; null when the end is not known. */
  share: number | null;
}

export function progressWords(mode: GitMode, host: string, progress: TransferProgress | null): ProgressWords {
  const words = enGit.progress;
  const plain = (phase: string): ProgressWords => ({ phase, amount: "", share: null });
  if (progress === null) return plain(words.begin[mode]);
  const { phase, loaded, total } = progress;
  switch (phase) {
    case "connect":
      return plain(words.connect(host));
    case "prepare":
      return counted(words.prepare(host), progress);
    case "receive":
      return { phase: words.receive, amount: formatBytes(loaded), share: null };
    case "index":
      return loaded === total ? plain(words.place) : counted(words.index, progress);
    case "pack":
      return plain(words.pack);
    case "send":
      return plain(words.send);
  }
}

function counted(phase: string, { loaded, total }: TransferProgress): ProgressWords {
  if (!total) return { phase, amount: "", share: null };
  return { phase, amount: enGit.progress.objects(loaded, total), share: Math.min(1, loaded / total) };
}
