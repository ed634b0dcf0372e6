import { homedir } from "node:os";
import { join } from "node:path";

/** Where this system's programs keep what they can fetch again. */
export function defaultCacheFolder(
  variables: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = homedir();
  if (platform === "win32") return join(variables["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "okcvm");
  if (platform === "darwin") return join(home, "Library", "Caches", "okcvm");
  return join(variables["XDG_CACHE_HOME"] ?? join(home, ".cache"), "okcvm");
}
