import { homedir } from "node:os";
import { join } from "node:path";

/** The file of an operator who names no database: where this system's programs keep what must not be lost. */
export function defaultDatabaseFile(
  variables: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): string {
  const home = homedir();
  if (platform === "win32")
    return join(variables["APPDATA"] ?? join(home, "AppData", "Roaming"), "okcvm", "okcvm.db");
  if (platform === "darwin") return join(home, "Library", "Application Support", "okcvm", "okcvm.db");
  return join(variables["XDG_DATA_HOME"] ?? join(home, ".local", "share"), "okcvm", "okcvm.db");
}
