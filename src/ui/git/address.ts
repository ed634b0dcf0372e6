import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";
import { checkRemoteUrl, type RemoteAddress } from "../../domain/remote-url.ts";
import { readStored, writeStored } from "../state/persisted.ts";

/** What was typed, as an address; or why it is none, in words. */
export type ReadAddress = { ok: true; address: RemoteAddress } | { ok: false; error: ErrorValue };

export function readAddress(text: string): ReadAddress {
  try {
    return { ok: true, address: checkRemoteUrl(text) };
  } catch (error) {
    return { ok: false, error: toErrorValue(error) };
  }
}

/** The host of an address, with its port; null for what is no address. */
export function hostOf(text: string): string | null {
  const read = readAddress(text);
  return read.ok ? new URL(read.address.url).host : null;
}

/** An address as people say it: `github.com/owner/repository`. */
export function shownAddress(text: string): string {
  const read = readAddress(text);
  return read.ok ? read.address.url.replace(/^https?:\/\//, "").replace(/\.git$/, "") : "";
}

/** The repository's page for people; null when its host has none by https. */
export function pageOf(text: string): string | null {
  const read = readAddress(text);
  return read.ok && read.address.url.startsWith("https:") ? read.address.url.replace(/\.git$/, "") : null;
}

const keyOf = (conversationId: string): string => `okcvm.git-remote.${conversationId}`;

/** The address used last in a conversation; "" for none. */
export function readLastAddress(conversationId: string): string {
  const value = readStored(keyOf(conversationId));
  return typeof value === "string" ? value : "";
}

/** Remembers an address, without a login that it may hold. */
export function writeLastAddress(conversationId: string, { url }: RemoteAddress): void {
  writeStored(keyOf(conversationId), url);
}
