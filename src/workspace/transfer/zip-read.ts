import {
  BlobReader,
  ERR_UNSAFE_FILENAME,
  TextWriter,
  ZipReader,
  type Entry,
  type FileEntry,
} from "@zip.js/zip.js";

import { OkcvmError } from "../../domain/errors.ts";
import { checkPath } from "../../domain/paths.ts";
import type { ZipItem } from "./zip-entry.ts";

const MAX_FILES = 100_000;
/** Bytes of all files together. */
const MAX_BYTES = 2 * 1024 ** 3;
/** Above this, a ZIP that shrank its content more than MAX_RATIO times is taken for a bomb. Bytes. */
const RATIO_FROM = 100 * 1024 ** 2;
const MAX_RATIO = 100;
const MADE_ON_DOS = 0;
const MADE_ON_UNIX = 3;

/** Everything in a ZIP, checked before anything is unpacked and again while it is. Errors: `bad-archive`. */
export async function readZip(zip: Blob): Promise<ZipItem[]> {
  const reader = new ZipReader(new BlobReader(zip), { useWebWorkers: false, checkOverlappingEntry: true });
  try {
    const entries = await reader.getEntries();
    if (entries.length > MAX_FILES)
      throw refused(`it holds more than ${MAX_FILES.toLocaleString("en")} files`);
    const paths = entries.map((entry) => pathOf(entry));
    checkSize(
      entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0),
      zip.size,
    );
    checkTwice(paths);
    return await unpack(entries, paths, zip.size);
  } catch (error) {
    if (error instanceof OkcvmError) throw error;
    throw refused(reasonOf(error), error);
  } finally {
    await reader.close();
  }
}

async function unpack(
  entries: readonly Entry[],
  paths: readonly string[],
  zipSize: number,
): Promise<ZipItem[]> {
  const items: ZipItem[] = [];
  let total = 0;
  for (const [index, entry] of entries.entries()) {
    const path = paths[index] ?? "";
    if (path === "") continue;
    const head = { path, mode: modeOf(entry), mtime: entry.lastModDate.getTime() };
    if (entry.directory) {
      items.push({ ...head, kind: "directory" });
      continue;
    }
    if (isLink(entry)) {
      items.push({ ...head, kind: "symlink", target: await entry.getData(new TextWriter(), CHECKED) });
      continue;
    }
    const content = await contentOf(entry, (bytes) => checkSize((total += bytes), zipSize));
    items.push({ ...head, kind: "file", content });
  }
  return items;
}

const CHECKED = { checkSignature: true, useWebWorkers: false };

/** The inflated content. Sizes in a ZIP can lie, so what comes out is counted. */
async function contentOf(entry: FileEntry, count: (bytes: number) => void): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
    write(chunk) {
      count(chunk.length);
      parts.push(chunk);
    },
  });
  await entry.getData(sink, CHECKED);
  return new Blob(parts);
}

function checkSize(bytes: number, zipSize: number): void {
  if (bytes > MAX_BYTES) throw refused("it unpacks to more than 2 GB");
  if (bytes > RATIO_FROM && bytes > zipSize * MAX_RATIO) {
    throw refused(`it unpacks to more than ${MAX_RATIO} times its size, as a ZIP bomb does`);
  }
}

/** The path an entry unpacks to; "" for what only Mac's Finder needs. */
function pathOf(entry: Entry): string {
  const madeOn = entry.versionMadeBy >> 8;
  const name = madeOn === MADE_ON_DOS ? entry.filename.replaceAll("\\", "/") : entry.filename;
  if (entry.encrypted) throw refused(`${name} is protected by a password`);
  if (name.startsWith("__MACOSX/")) return "";
  const path = name.replace(/\/+$/, "").replace(/^(?:\.\/)+/, "");
  if (path === "" || path === ".") return "";
  if (path.startsWith("/") || /^[a-z]:\//i.test(path) || path.split("/").includes(".."))
    throw refused(`the path ${name} leads out of the folder`);
  try {
    checkPath(path);
  } catch (error) {
    throw refused(`the path ${name} is not allowed: ${error instanceof Error ? error.message : ""}`, error);
  }
  return path;
}

/** Two entries of one name, or a file where another entry needs a folder. */
function checkTwice(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    if (path !== "" && seen.has(path)) throw refused(`it holds ${path} twice`);
    seen.add(path);
  }
}

function modeOf(entry: Entry): number {
  if (entry.versionMadeBy >> 8 !== MADE_ON_UNIX || entry.directory) return 0o644;
  return (entry.externalFileAttributes >>> 16) & 0o100 ? 0o755 : 0o644;
}

function isLink(entry: Entry): boolean {
  return (
    entry.versionMadeBy >> 8 === MADE_ON_UNIX &&
    ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000
  );
}

/** The library's own refusals, which come before ours, in our words. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message === ERR_UNSAFE_FILENAME) {
    const { filename = "" } = error as { filename?: string };
    return `the path ${filename} leads out of the folder`;
  }
  if (/end of central directory|not found|format/i.test(message))
    return "it is no ZIP file, or its end is missing";
  if (/CRC32|signature/i.test(message)) return "a file in it is damaged (its checksum is wrong)";
  if (/overlap/i.test(message)) return "its files lie over each other, as in a ZIP bomb";
  return `it is damaged (${message})`;
}

function refused(reason: string, cause?: unknown): OkcvmError {
  return new OkcvmError("bad-archive", `The ZIP cannot be unpacked: ${reason}. Nothing was written.`, cause);
}
