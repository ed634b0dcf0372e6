import { fromBase64Url, toBase64Url } from "../../domain/base64.ts";
import { deriveWrapKey } from "../../domain/root-secret.ts";
import { importSealer, newKey, openKey, sealKey } from "../../domain/sealed-key.ts";

/** The key under which an account's encrypted conversations have theirs. */
export type AccountKey = Uint8Array<ArrayBuffer>;

/** An account's key as the server keeps it: only its secret opens it. */
export async function sealUnderSecret(key: AccountKey, root: Uint8Array<ArrayBuffer>): Promise<string> {
  return sealKey(key, "account", await deriveWrapKey(root));
}

/** null when it is not that secret's. */
export async function openWithSecret(
  sealed: string,
  root: Uint8Array<ArrayBuffer>,
): Promise<AccountKey | null> {
  return openKey(sealed, "account", await deriveWrapKey(root));
}

/** An account's key for whoever has a link, of which the server sees only a part: the box goes to it, the link's own key does not. */
export async function boxForLink(key: AccountKey): Promise<{ box: string; linkKey: string }> {
  const linkKey = newKey();
  return { box: await sealKey(key, "account", await importSealer(linkKey)), linkKey: toBase64Url(linkKey) };
}

/** null for a link that was changed. */
export async function openBox(box: string, linkKey: string): Promise<AccountKey | null> {
  const bytes = fromBase64Url(linkKey);
  return bytes?.length === 32 ? openKey(box, "account", await importSealer(bytes)) : null;
}
