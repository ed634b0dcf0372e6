import { enGit } from "../texts/en-git.ts";
import type { GitMode } from "./git-dialog-state.ts";

/** Where a host's tokens are made. */
const PAGES: Readonly<Record<string, string>> = {
  "github.com": "https://github.com/settings/personal-access-tokens/new",
  "gitlab.com": "https://gitlab.com/-/user_settings/personal_access_tokens",
  "codeberg.org": "https://codeberg.org/user/settings/applications",
};

/** What kind of token a host wants for an import or a push, and where it is made; `page` null where that is not known. */
export function tokenHelp(mode: GitMode, host: string | null): { kind: string; page: string | null } {
  const kinds: Readonly<Record<string, string>> = enGit.tokenKind[mode];
  const known = host !== null && Object.hasOwn(PAGES, host) ? host : null;
  return {
    kind: kinds[known ?? "other"] ?? enGit.tokenKind[mode].other,
    page: known === null ? null : (PAGES[known] ?? null),
  };
}
