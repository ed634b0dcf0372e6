import type { GitRemote, TransferProgress } from "../../domain/git-remote.ts";
import type { Methods } from "../../domain/rpc.ts";
import type { PackedBranch } from "../hub-exchange.ts";
import { fetchRepository, type FetchedRepository } from "../remote/fetch-repository.ts";
import { gitHttp, type GitServer } from "../remote/git-http.ts";
import { pushRepository, type PushedBranch } from "../remote/push-repository.ts";
import { checkRemoteUrl, type RemoteAuth } from "../../domain/remote-url.ts";

/** What a Git Worker does for its one import or push. `tell` hears how far it is. */
export function gitMethods(tell: (progress: TransferProgress) => void): Methods {
  const stop = new AbortController();
  const exchange = (
    server: GitServer,
  ): Pick<Parameters<typeof fetchRepository>[0], "http" | "signal" | "onProgress"> => ({
    http: gitHttp(server),
    signal: stop.signal,
    onProgress: tell,
  });
  return {
    fetch: (server: GitServer, remote: GitRemote): Promise<FetchedRepository> => {
      const { url, auth } = addressOf(remote);
      return fetchRepository({
        url,
        auth,
        ...(remote.branch ? { branch: remote.branch } : {}),
        ...exchange(server),
      });
    },
    push: (server: GitServer, remote: GitRemote, packed: PackedBranch): Promise<PushedBranch> => {
      const { url, auth } = addressOf(remote);
      return pushRepository({
        url,
        auth,
        branch: remote.branch ?? packed.branch,
        packs: packed.packs,
        head: packed.head,
        shallow: packed.shallow,
        ...exchange(server),
      });
    },
    abort: () => stop.abort(),
  };
}

/** A login given apart goes before one in the address. */
function addressOf(remote: GitRemote): { url: string; auth: RemoteAuth | null } {
  const { url, auth } = checkRemoteUrl(remote.url);
  if (remote.token === undefined) return { url, auth };
  return { url, auth: { username: remote.username ?? "", password: remote.token } };
}
