import { OkcvmError } from "../domain/errors.ts";
import {
  deriveAuthKey,
  hashAuthKey,
  newRootSecret,
  readRootSecret,
  writeRootSecret,
} from "../domain/root-secret.ts";
import type { PairingLink } from "../ports/sync.ts";
import type { LinkedAccount } from "../ports/sync-store.ts";
import { readLink } from "./read-link.ts";
import { ServerRefusal, type Granted, type ServerApi } from "./server-api.ts";

/** A new account of a server. The secret is told once. */
export async function createAccount(
  api: ServerApi,
  deviceName: string,
): Promise<{ secret: string; granted: Granted }> {
  const root = newRootSecret();
  const authHash = await hashAuthKey(await deriveAuthKey(root));
  const granted = await withoutAccounts(() => api.createAccount(authHash, deviceName));
  return { secret: await writeRootSecret(root), granted };
}

/** A new device of the account whose secret it is. */
export async function signIn(api: ServerApi, secret: string, deviceName: string): Promise<Granted> {
  const root = await readRootSecret(secret);
  if (!root)
    throw new OkcvmError(
      "bad-arguments",
      "That is not a whole secret: six groups of six letters and digits. Copy it again.",
    );
  return withoutAccounts(async () => api.addDevice(deviceName, await deriveAuthKey(root)));
}

export async function makePairingLink(api: ServerApi, server: string): Promise<PairingLink> {
  const { id, expiresAt } = await api.leaveLetter();
  return { url: `${server}/#/pair/${id}`, expiresAt };
}

/** The letter that a sign-in link of the server names. Errors: `bad-arguments`. */
export function readPairingLink(address: string, server: string): string {
  const isNone = "That is no sign-in link of OKCVM. Copy the whole of it.";
  return readLink(address, { kind: "pair", server, isNone });
}

/** Another secret in the old one's place. */
export async function rotateSecret(api: ServerApi): Promise<string> {
  const root = newRootSecret();
  await api.rotate(await hashAuthKey(await deriveAuthKey(root)));
  return writeRootSecret(root);
}

export function linkOf(granted: Granted, server: string, now: number): LinkedAccount {
  return {
    id: granted.accountId,
    server,
    homeSpace: granted.homeSpace,
    deviceId: granted.device.id,
    deviceName: granted.device.name,
    token: granted.token,
    since: now,
  };
}

/** A server whose operator turned accounts off has no such address. */
async function withoutAccounts<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ServerRefusal) || error.status !== 404) throw error;
    throw new OkcvmError(
      "not-supported",
      "This server keeps no accounts: its operator has turned them off.",
      error,
    );
  }
}
