import "./node-globals.ts";
import * as git from "isomorphic-git";
import { OkcvmError } from "../../domain/errors.ts";
import { checkBranchName } from "./branch-name.ts";
import { loginHeaders, refuseSha256 } from "./fetch-repository.ts";
import { openExchange, type ExchangeOptions, type RemoteExchange } from "./remote-exchange.ts";
import { exchangeFailure, firstWords } from "./remote-failure.ts";
import type { RemoteAuth } from "../../domain/remote-url.ts";
import { createScratchRepository, type PackFiles, type ScratchRepository } from "./scratch-repository.ts";

const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface PushOptions extends ExchangeOptions {
  /** As `checkRemoteUrl` returns it. */
  url: string;
  /** Short name of the branch to move. It is made when the remote has none. */
  branch: string;
  /** All objects that `head` reaches; deltas are fine. */
  packs: readonly PackFiles[];
  /** The commit the branch is to be at. */
  head: string;
  /** Commits whose parents are in no pack, as `fetchRepository` names them. */
  shallow?: readonly string[];
  auth?: RemoteAuth | null;
  /** Also when commits of the remote's are lost by it. */
  force?: boolean;
}

export interface PushedBranch {
  /** Full name of the ref that was moved. */
  remoteRef: string;
  oid: string;
  /** False when it was there already. */
  moved: boolean;
}

/**
 * Pushes one branch. Sends what the remote lacks; pushing again is harmless.
 * Errors: those of `gitHttp`; `push-rejected` when the remote has commits of
 * its own there or does not let the branch be moved; `bad-arguments` for a
 * branch name; `bad-path` for a file whose name Git hosts refuse; `bad-reply`;
 * `not-supported`; `aborted`, which may come after the remote took the push.
 */
export async function pushRepository(options: PushOptions): Promise<PushedBranch> {
  checkBranchName(options.branch);
  const { host } = new URL(options.url);
  const exchange = openExchange({ ...options, host, maxBytes: MAX_ANSWER_BYTES });
  const said: string[] = [];
  try {
    return await exchange.untilAborted(send(options, { exchange, host, said }));
  } catch (error) {
    throw exchangeFailure(rejection(error, options, said), host, said);
  }
}

async function send(
  { url, branch, packs, head, shallow, auth, force, onProgress }: PushOptions,
  { exchange, host, said }: { exchange: RemoteExchange; host: string; said: string[] },
): Promise<PushedBranch> {
  const ref = `refs/heads/${branch}`;
  const { http } = exchange;
  const headers = loginHeaders(auth, url);
  const info = await git.getRemoteInfo2({ http, url, headers, forPush: true, protocolVersion: 1 });
  refuseSha256(info.capabilities, host);
  if (info.refs?.some((one) => one.ref === ref && one.oid === head))
    return { remoteRef: ref, oid: head, moved: false };
  onProgress({ phase: "pack", loaded: 0, total: null });
  const { fs, gitdir, cache } = await fill(packs, { ref, head, shallow: shallow ?? [] });
  await git.push({
    fs,
    gitdir,
    cache,
    http,
    url,
    headers: loginHeaders(auth, url),
    ref,
    remoteRef: ref,
    force: force ?? false,
    onMessage: (line) => void said.push(line.trim()),
  });
  return { remoteRef: ref, oid: head, moved: true };
}

async function fill(
  packs: readonly PackFiles[],
  { ref, head, shallow }: { ref: string; head: string; shallow: readonly string[] },
): Promise<ScratchRepository> {
  const repository = await createScratchRepository();
  for (const [number, files] of packs.entries()) await repository.addPack(String(number), files);
  if (shallow.length > 0) await repository.setShallow(shallow);
  await repository.setRef(ref, head);
  return repository;
}

/** The two ways isomorphic-git says that a branch was not moved; anything else as it is. */
function rejection(error: unknown, { branch, url }: PushOptions, said: readonly string[]): unknown {
  const { host } = new URL(url);
  if (error instanceof git.Errors.PushRejectedError) {
    return new OkcvmError(
      "push-rejected",
      `${branch} on ${host} has commits that are not here. Import it and bring the changes together, or push to a new branch.`,
      error,
    );
  }
  if (!(error instanceof git.Errors.GitPushError)) return error;
  const { error: unpack, refs } = error.data.result;
  const [reason] = Object.values(refs).filter(({ ok }) => !ok);
  const why = firstWords(unpack ?? reason?.error ?? "");
  const words = firstWords(said.filter(Boolean).join(" "));
  return new OkcvmError(
    "push-rejected",
    `${host} did not move ${branch}: ${why === "" ? "it gives no reason" : why}. ` +
      `The branch may be protected there; push to another branch, or ask who looks after the repository.` +
      (words === "" ? "" : ` It says: ${words}`),
    error,
  );
}
