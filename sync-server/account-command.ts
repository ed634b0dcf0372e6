import { deriveAuthKey, hashAuthKey, newRootSecret, writeRootSecret } from "../src/domain/root-secret.ts";
import { SCOPES } from "./auth/scopes.ts";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { openConfigured } from "./open-configured.ts";
import { Accounts } from "./repos/accounts.ts";

const USAGE = "Usage: npm run account -- create [device name]";

/**
 * The operator's own way to an account, whether or not others may make them:
 * prints its secret and a device token of all scopes, once. Errors: ConfigError.
 */
export async function accountCommand(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const [action, name = "command line", ...more] = words;
  if (action !== "create" || more.length > 0) throw new ConfigError(USAGE);
  const { sync } = readConfig(variables);
  if (!sync) throw new ConfigError("OKCVM_DATABASE_URL is off: accounts need a database.");
  const database = await openConfigured(sync.database);
  try {
    const secret = newRootSecret();
    const accounts = new Accounts(database, Date.now);
    const account = await accounts.create(await hashAuthKey(await deriveAuthKey(secret)));
    if (!account)
      throw new Error("An account with that secret is there already, which chance does not bring about.");
    const { token } = await accounts.addDevice(account.id, { name, scopes: SCOPES });
    return [
      `account  ${account.id}`,
      `space    ${account.homeSpace}`,
      `secret   ${await writeRootSecret(secret)}`,
      `token    ${token}`,
      "",
    ].join("\n");
  } finally {
    await database.close();
  }
}
