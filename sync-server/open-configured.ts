import { ConfigError } from "./config-error.ts";
import type { Database } from "./db/database.ts";
import { openDatabase, type DatabaseAddress } from "./db/open.ts";

/** Opens the operator's database. Errors: ConfigError with exit code 1, which names it without its password. */
export async function openConfigured(address: DatabaseAddress): Promise<Database> {
  try {
    return await openDatabase(address);
  } catch (error) {
    const where = address.kind === "sqlite" ? address.path : `${address.url.host}${address.url.pathname}`;
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The database at ${where} cannot be used: ${reason} OKCVM_DATABASE_URL names another.`;
    throw new ConfigError(message, 1);
  }
}
