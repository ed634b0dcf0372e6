import { OkcvmError } from "../domain/errors.ts";
import {
  deriveAuthKey,
  hashAuthKey,
  newRootSecret,
  readRootSecret,
  writeRootSecret,
} from "../domain/root-secret.ts";
import { newKey } from "../domain/sealed-key.ts";
import type { PairingLink } from "../ports/sync.ts";
import type { LinkedAccount } from "../ports/sync-store.ts";
import { readLink, writeLink } from "./links.ts";
import {
  boxForLink,
  openBox,
  openWithSecret,
  sealUnderSecret,
  type AccountKey,
} from "./sealing/account-key.ts";
import { ServerRefusal, type Granted, type ServerApi } from "./server-api.ts";
import { whereOffered } from "./where-offered.ts";

const NO_ACCOUNTS = "This server keeps no accounts: its operator has turned them off.";

/** What lets a browser in: the server's word, and the account's key, which the server does not have. */
export interface SignedIn {
  granted: Granted;
  /** null when nobody has told it to this browser. */
  key: AccountKey | null;
}

/** What a new account is made of, before its server has it. */
export interface NewAccount {
  root: Uint8Array<ArrayBuffer>;
  key: AccountKey;
}

export function newAccount(): NewAccount {
  return { root: newRootSecret(), key: newKey() };
}

/**
 * A new account of a server. The secret is told once. `invitation`: what lets it
 * be made; null for none. Asked again with the same, after an answer that was
 * lost, it signs in to what is there.
 */
export async function createAccount(
  api: ServerApi,
  { root, key }: NewAccount,
  deviceName: string,
  invitation: string | null,
): Promise<SignedIn & { secret: string }> {
  const authKey = await deriveAuthKey(root);
  const authHash = await hashAuthKey(authKey);
  const sealed = await sealUnderSecret(key, root);
  const about = { authHash, name: deviceName, key: sealed, ...(invitation === null ? {} : { invitation }) };
  const granted = await whereOffered(NO_ACCOUNTS, () =>
    api.createAccount(about).catch((error: unknown) => {
      // No other account has this secret: it is as long as a key.
      if (error instanceof ServerRefusal && error.status === 409) return api.addDevice(deviceName, authKey);
      throw error;
    }),
  );
  return { secret: await writeRootSecret(root), granted, key };
}

/** A new device of the account whose secret it is. `as`: the API as a device. */
export async function signIn(
  { api, as }: { api: ServerApi; as(token: string): ServerApi },
  secret: string,
  deviceName: string,
): Promise<SignedIn> {
  const root = await readSecret(secret);
  const authKey = await deriveAuthKey(root);
  const granted = await whereOffered(NO_ACCOUNTS, () => api.addDevice(deviceName, authKey));
  return { granted, key: await keyOf(as(granted.token), root, granted.key) };
}

/** A new device, by the link that another one made. */
export async function signInByLink(
  api: ServerApi,
  link: { id: string; key: string | null },
  deviceName: string,
): Promise<SignedIn> {
  const { box, ...granted } = await api.takeLetter(link.id, deviceName);
  return { granted, key: box !== null && link.key !== null ? await openBox(box, link.key) : null };
}

/** `key`: the account's, which goes along for the other device alone; null where it is not known. */
export async function makePairingLink(
  api: ServerApi,
  server: string,
  key: AccountKey | null,
): Promise<PairingLink> {
  const sealed = key && (await boxForLink(key));
  const { id, expiresAt } = await api.leaveLetter(sealed?.box ?? null);
  return { url: writeLink(server, { kind: "pair", id, key: sealed?.linkKey ?? null }), expiresAt };
}

/** The letter that a sign-in link of the server names. Errors: `bad-arguments`. */
export function readPairingLink(address: string, server: string): { id: string; key: string | null } {
  const isNone = "That is no sign-in link of OKCVM. Copy the whole of it.";
  return readLink(address, { kinds: ["pair"], server, isNone });
}

/** What an invitation's link lets an account be made by, whether it is to that alone or into a conversation. Errors: `bad-arguments`. */
export function readAccountInvitation(address: string, server: string): string {
  const isNone = "That is no invitation of OKCVM. Copy the whole link.";
  return readLink(address, { kinds: ["join", "welcome"], server, isNone }).id;
}

/** What a rotation needs of this browser. */
export interface Rotating {
  /** The account's key; null where it is not known here. */
  key: AccountKey | null;
  /** One whose answer never came: the server may have taken it. */
  unanswered: { key: AccountKey; sealed: string } | null;
  /** Keeps one before it is sent: the old secret may be worthless when no answer comes. */
  keep(rotating: { key: AccountKey; sealed: string }): Promise<void>;
}

/**
 * Another secret in the old one's place, which alone opens the account's key
 * from then on. Errors: `locked` where it has a key that is not known here.
 */
export async function rotateSecret(
  api: ServerApi,
  { key, unanswered, keep }: Rotating,
): Promise<{ secret: string; key: AccountKey }> {
  const before = (await api.account()).key;
  const known = key ?? (unanswered?.sealed === before ? (unanswered?.key ?? null) : null);
  if (!known && before !== null)
    throw new OkcvmError(
      "locked",
      "This browser cannot hand the account's key on to a new secret. Unlock encrypted conversations first, with the secret of now.",
    );
  const kept = known ?? newKey();
  const root = newRootSecret();
  const sealed = await sealUnderSecret(kept, root);
  await keep({ key: kept, sealed });
  await api.rotate(await hashAuthKey(await deriveAuthKey(root)), { key: sealed, before });
  return { secret: await writeRootSecret(root), key: kept };
}

/** The account's key by its secret. Errors: `bad-arguments` for a mistyped one, `unauthorized` for another's. */
export async function unlock(api: ServerApi, secret: string): Promise<AccountKey> {
  const root = await readSecret(secret);
  const key = await keyOf(api, root, (await api.account()).key);
  if (!key) throw new OkcvmError("unauthorized", "That is not this account's secret.");
  return key;
}

export function linkOf(
  { granted, key }: SignedIn,
  { server, now, encryptNew }: { server: string; now: number; encryptNew: boolean },
): LinkedAccount {
  return {
    id: granted.accountId,
    server,
    homeSpace: granted.homeSpace,
    deviceId: granted.device.id,
    deviceName: granted.device.name,
    token: granted.token,
    since: now,
    encryptNew,
    ...(key ? { key } : {}),
  };
}

async function readSecret(secret: string): Promise<Uint8Array<ArrayBuffer>> {
  const root = await readRootSecret(secret);
  if (root) return root;
  throw new OkcvmError(
    "bad-arguments",
    "That is not a whole secret: six groups of six letters and digits. Copy it again.",
  );
}

/** Opens the account's key, or gives it its first: accounts of before, and those an operator made, have none. null for another secret's. */
async function keyOf(
  api: ServerApi,
  root: Uint8Array<ArrayBuffer>,
  sealed: string | null,
): Promise<AccountKey | null> {
  return openWithSecret(sealed ?? (await giveKey(api, root)), root);
}

/** Answers the key that the account has then, which another device may have given it first. */
async function giveKey(api: ServerApi, root: Uint8Array<ArrayBuffer>): Promise<string> {
  const sealed = await sealUnderSecret(newKey(), root);
  try {
    await api.giveKey(await deriveAuthKey(root), sealed);
    return sealed;
  } catch (error) {
    if (!(error instanceof ServerRefusal) || error.status !== 409) throw error;
    return (await api.account()).key ?? sealed;
  }
}
