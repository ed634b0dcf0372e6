import "./node-globals.ts";
import * as git from "isomorphic-git";
import { OkcvmError } from "../../domain/errors.ts";
import { packProblem } from "./check-pack.ts";
import { chooseBranch, withHead } from "./refs-list.ts";
import { openExchange, type ExchangeOptions, type RemoteExchange } from "./remote-exchange.ts";
import { exchangeFailure, firstWords } from "./remote-failure.ts";
import { authorization, type RemoteAuth } from "../../domain/remote-url.ts";
import { createScratchRepository, type PackFiles, type ScratchRepository } from "./scratch-repository.ts";

/** A pack is in memory several times while it is taken in. */
const MAX_BYTES = 512 * 1024 * 1024;

export interface FetchOptions extends ExchangeOptions {
  /** As `checkRemoteUrl` returns it. */
  url: string;
  /** A branch's short name; left out for the repository's default. */
  branch?: string;
  auth?: RemoteAuth | null;
  /** How many commits back; left out for all of them. */
  depth?: number;
}

export interface FetchedRepository {
  packs: PackFiles[];
  /** The branch's newest commit. */
  head: string;
  branch: string;
  /** Commits whose parents were left out, because of `depth` or because the host has no more. */
  shallow: string[];
}

/**
 * Fetches one branch with its history, as the packs the host sent. Their
 * checksums and their completeness as packs are checked; what the objects say
 * is not: their reader has to refuse unsafe names and missing objects.
 * Errors: those of `gitHttp`; `not-found` for an empty repository or a branch
 * it lacks; `bad-reply`; `not-supported` for SHA-256 repositories; `aborted`.
 */
export async function fetchRepository(options: FetchOptions): Promise<FetchedRepository> {
  const { host } = new URL(options.url);
  const exchange = openExchange({ ...options, host, maxBytes: MAX_BYTES });
  const said: string[] = [];
  try {
    return await exchange.untilAborted(takeIn(options, { exchange, host, said }));
  } catch (error) {
    throw exchangeFailure(error, host, said);
  }
}

interface Parts {
  exchange: RemoteExchange;
  host: string;
  /** The host's own words, as they come. */
  said: string[];
}

async function takeIn(options: FetchOptions, parts: Parts): Promise<FetchedRepository> {
  const { exchange } = parts;
  const { branch, hasHead } = await findBranch(options, parts);
  if (!hasHead) exchange.editRefs((list) => withHead(list, branch));
  const repository = await createScratchRepository();
  const { fetchHead } = await download(options, parts, { repository, branch }).catch((error: unknown) => {
    throw isUnreadable(error) ? damaged(parts, "it cannot be read", error) : error;
  });
  const packs = await repository.packs();
  const [pack] = packs;
  const problem = fetchHead !== null && pack ? await packProblem(pack, fetchHead) : "it sent no objects";
  if (problem !== null || fetchHead === null) throw damaged(parts, problem ?? "it names no commit");
  return { packs, head: fetchHead, branch, shallow: await repository.shallow() };
}

/** How isomorphic-git fails on a pack that it cannot take apart. */
function isUnreadable(error: unknown): boolean {
  return error instanceof git.Errors.InternalError || error instanceof TypeError;
}

function damaged({ host, said }: Parts, problem: string, cause?: unknown): OkcvmError {
  const words = said.findLast((line) => line !== "");
  const quote = words === undefined ? "" : ` It says: ${firstWords(words)}`;
  return new OkcvmError(
    "bad-reply",
    `${host} sent a damaged repository: ${problem}. Try again.${quote}`,
    cause,
  );
}

async function findBranch(
  { url, branch, auth }: FetchOptions,
  { exchange, host }: Parts,
): Promise<{ branch: string; hasHead: boolean }> {
  const info = await git.getRemoteInfo2({
    http: exchange.http,
    url,
    headers: loginHeaders(auth, url),
    protocolVersion: 1,
  });
  refuseSha256(info.capabilities, host);
  const refs = info.refs ?? [];
  return { branch: chooseBranch(refs, branch, host), hasHead: refs.some(({ ref }) => ref === "HEAD") };
}

async function download(
  { url, auth, depth, signal, onProgress }: FetchOptions,
  { exchange, said }: Parts,
  { repository, branch }: { repository: ScratchRepository; branch: string },
): Promise<git.FetchResult> {
  const { fs, gitdir, cache } = repository;
  await git.addRemote({ fs, gitdir, remote: "origin", url });
  return git.fetch({
    fs,
    gitdir,
    cache,
    http: exchange.http,
    url,
    headers: loginHeaders(auth, url),
    ref: `refs/heads/${branch}`,
    singleBranch: true,
    tags: false,
    ...(depth === undefined ? {} : { depth }),
    onMessage: (line) => void said.push(line.trim()),
    onProgress: async ({ phase, loaded, total }) => {
      // isomorphic-git takes no signal here. What it awaits and never gets, it never goes on after.
      if (signal.aborted) await new Promise(() => undefined);
      const indexes = phase === "Receiving objects" || phase === "Resolving deltas";
      onProgress({ phase: indexes ? "index" : "prepare", loaded, total });
    },
  });
}

/** A new object each time: isomorphic-git adds to it. */
export function loginHeaders(auth: RemoteAuth | null | undefined, url: string): Record<string, string> {
  const value = authorization(auth, url);
  return value === undefined ? {} : { Authorization: value };
}

/** isomorphic-git and this app know SHA-1 only. */
export function refuseSha256(capabilities: Record<string, string | true>, host: string): void {
  const format = capabilities["object-format"];
  if (format === undefined || format === "sha1" || format === true) return;
  throw new OkcvmError(
    "not-supported",
    `The repository at ${host} uses ${format} for its ids. Only repositories with SHA-1, the usual kind, can be used here.`,
  );
}
