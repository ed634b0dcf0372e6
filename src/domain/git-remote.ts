/** A Git repository elsewhere. */
export interface GitRemote {
  /** `https://host/owner/repo`; short forms such as `github.com/owner/repo` and `git@host:owner/repo.git` are understood. */
  url: string;
  /** The branch's short name. Left out: the repository's default for an import, the workspace's branch for a push. */
  branch?: string;
  /** An access token, or a password with `username`. */
  token?: string;
  username?: string;
}

/** connect: the host's first answer. prepare: the host gathers. receive, send: bytes. index, pack: objects. */
export type TransferPhase = "connect" | "prepare" | "receive" | "index" | "pack" | "send";

export interface TransferProgress {
  phase: TransferPhase;
  loaded: number;
  /** null when it is not known. */
  total: number | null;
}

export interface TransferOptions {
  signal?: AbortSignal;
  onProgress?: (progress: TransferProgress) => void;
}

export interface PushResult {
  /** The branch's short name at the remote. */
  branch: string;
  /** The snapshot it is at now. */
  commit: string;
  /** False when it was there already. */
  moved: boolean;
}
