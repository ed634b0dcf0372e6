import type { GitRemote, PushResult, TransferOptions } from "../domain/git-remote.ts";
import { checkRemoteUrl } from "../domain/remote-url.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { SettingsStore } from "../ports/settings-store.ts";
import type { GitAccess, Okcvm, Session } from "./api.ts";

/** Git remotes of a session's workspace; tokens are kept with the keys, by host. */
export function gitRemotes(settings: SettingsStore): Okcvm["git"] {
  return {
    hasToken: async (url) => (await settings.gitToken(hostOf(url))) !== null,
    forgetToken: (url) => settings.setGitToken(hostOf(url), null),
    import: (session: Session, access: GitAccess, options?: TransferOptions): Promise<Snapshot> =>
      exchange(settings, access, (remote) => session.workspace.importGit(remote, options)),
    push: (session: Session, access: GitAccess, options?: TransferOptions): Promise<PushResult> =>
      exchange(settings, access, (remote) => session.workspace.pushGit(remote, options)),
  };
}

/** A token that was entered goes before the one that is kept; it is kept once it has worked. */
async function exchange<T>(
  settings: SettingsStore,
  access: GitAccess,
  task: (remote: GitRemote) => Promise<T>,
): Promise<T> {
  const { remember, ...remote } = access;
  const { url, auth } = checkRemoteUrl(access.url);
  const { host } = new URL(url);
  const kept = access.token === undefined && auth === null ? await settings.gitToken(host) : null;
  const result = await task(kept === null ? remote : { ...remote, token: kept });
  if (remember && access.token !== undefined) await settings.setGitToken(host, access.token);
  return result;
}

function hostOf(url: string): string {
  return new URL(checkRemoteUrl(url).url).host;
}
