import { deriveAuthKey, hashAuthKey, newRootSecret, writeRootSecret } from "../src/domain/root-secret.ts";
import { SCOPES } from "./auth/scopes.ts";
import { readConfig, resolveConfig, type StartConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import type { Database } from "./db/database.ts";
import { openConfigured } from "./open-configured.ts";
import { AccountInvitations } from "./repos/account-invitations.ts";
import { Accounts } from "./repos/accounts.ts";

const USAGE = "Usage: npm run account -- create [device name]\n       npm run account -- invite";

/**
 * The operator's own way to an account, whether or not others may make them:
 * `create` prints its secret and a device token of all scopes, once; `invite` a
 * link by which someone else makes one. Errors: ConfigError.
 */
export async function accountCommand(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const [action, name, ...more] = words;
  const isKnown = action === "create" || (action === "invite" && name === undefined);
  if (!isKnown || more.length > 0) throw new ConfigError(USAGE);
  const start = readConfig(variables);
  if (!start.sync) throw new ConfigError("OKCVM_DATABASE_URL is off: accounts need a database.");
  const database = await openConfigured(start.sync.database);
  try {
    return action === "create" ? await create(database, name) : await invite(database, start);
  } finally {
    await database.close();
  }
}

async function create(database: Database, name = "command line"): Promise<string> {
  const secret = newRootSecret();
  const accounts = new Accounts(database, Date.now);
  const account = await accounts.create(await hashAuthKey(await deriveAuthKey(secret)));
  if (typeof account === "string")
    throw new Error("An account with that secret is there already, which chance does not bring about.");
  const { token } = await accounts.addDevice(account.id, { name, scopes: SCOPES });
  return [
    `account  ${account.id}`,
    `space    ${account.homeSpace}`,
    `secret   ${await writeRootSecret(secret)}`,
    `token    ${token}`,
    "",
  ].join("\n");
}

async function invite(database: Database, start: StartConfig): Promise<string> {
  if (start.sync?.registration !== "invite-only")
    throw new ConfigError("Accounts are made by invitation where OKCVM_REGISTRATION is invite-only.");
  const made = await new AccountInvitations(database, Date.now).make(null);
  if (!made) throw new Error("The operator may make any number of invitations.");
  const { publicUrl } = resolveConfig(start, start.port);
  return `${publicUrl.origin}/#/welcome/${made.id}\nThis link makes one account, within 7 days.\n`;
}
