import { existsSync } from "node:fs";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { openConfigured } from "./open-configured.ts";
import { raiseEpochs } from "./repos/epochs.ts";

/**
 * What the operator runs once after a database was set back to a backup:
 * browsers then compare what they have with it, and push what it lacks.
 * Errors: ConfigError.
 */
export async function restoredCommand(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (words.length > 0) throw new ConfigError("Usage: npm run restored");
  const { sync } = readConfig(variables);
  if (!sync) throw new ConfigError("OKCVM_DATABASE_URL is off: there is no database that was restored.");
  // To open one that is not there would make it, and the mistake would look like a success.
  if (sync.database.kind === "sqlite" && !existsSync(sync.database.path))
    throw new ConfigError(`There is no database at ${sync.database.path} that was restored.`, 1);
  const database = await openConfigured(sync.database);
  try {
    const { spaces, epoch } = await raiseEpochs(database, Date.now());
    return `${spaces} ${spaces === 1 ? "space is" : "spaces are"} at epoch ${epoch} now. Browsers compare what they have the next time they sync.\n`;
  } finally {
    await database.close();
  }
}
