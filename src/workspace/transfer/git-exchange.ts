import type { GitRemote, PushResult, TransferOptions, TransferProgress } from "../../domain/git-remote.ts";
import { throwIfAborted } from "../../domain/errors.ts";
import type { OwnServer } from "../../domain/own-server.ts";
import type { Caller } from "../../domain/rpc.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { FetchedBranch, PackedBranch } from "../hub-exchange.ts";
import { checkRemoteUrl } from "../../domain/remote-url.ts";
import type { GitServer } from "../remote/git-http.ts";
import { withWorker } from "./with-worker.ts";

/** What an exchange with a remote needs of its workspace. */
export interface ExchangeParts {
  makeWorker: () => Worker;
  server: OwnServer;
}

/** See Workspace.importGit. */
export async function importGit(
  parts: ExchangeParts,
  remote: GitRemote,
  options: TransferOptions,
  take: (fetched: FetchedBranch, label: string) => Promise<Snapshot>,
): Promise<Snapshot> {
  const shown = shownAddress(remote.url);
  const server = await asWorkersTake(parts.server);
  const fetched = await exchange(parts, options, (worker) =>
    worker.call<FetchedBranch & { branch: string }>("fetch", server, remote),
  );
  throwIfAborted(options.signal);
  return take(
    { packs: fetched.packs, head: fetched.head, detail: `${shown} ${fetched.branch}` },
    `Imported ${shown}`,
  );
}

/** See Workspace.pushGit. */
export async function pushGit(
  parts: ExchangeParts,
  remote: GitRemote,
  options: TransferOptions,
  pack: () => Promise<PackedBranch>,
): Promise<PushResult> {
  shownAddress(remote.url);
  const packed = await pack();
  const server = await asWorkersTake(parts.server);
  const pushed = await exchange(parts, options, (worker) =>
    worker.call<{ remoteRef: string; oid: string; moved: boolean }>("push", server, remote, packed),
  );
  return { branch: pushed.remoteRef.replace(/^refs\/heads\//, ""), commit: pushed.oid, moved: pushed.moved };
}

async function asWorkersTake({ origin, device }: OwnServer): Promise<GitServer> {
  return { origin, device: await device() };
}

/** The address without a scheme and without a login. Errors: `bad-arguments`. */
function shownAddress(text: string): string {
  return checkRemoteUrl(text)
    .url.replace(/^https?:\/\//, "")
    .replace(/\.git$/, "");
}

async function exchange<T>(
  { makeWorker }: ExchangeParts,
  { signal, onProgress }: TransferOptions,
  task: (worker: Caller) => Promise<T>,
): Promise<T> {
  throwIfAborted(signal);
  return withWorker(
    makeWorker,
    async (worker) => {
      const abort = (): void => void worker.call("abort");
      signal?.addEventListener("abort", abort, { once: true });
      try {
        return await task(worker);
      } finally {
        signal?.removeEventListener("abort", abort);
      }
    },
    (value) => onProgress?.(value as TransferProgress),
  );
}
