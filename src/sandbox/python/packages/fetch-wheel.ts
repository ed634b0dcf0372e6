import { OkcvmError } from "../../../domain/errors.ts";
import { ask, type PackageServer } from "./package-server.ts";

/** A file to be fetched. */
export interface WheelToFetch {
  fileName: string;
  /** On the app's own origin. */
  url: string;
  /** Hexadecimal; null: any bytes will do. */
  sha256: string | null;
}

/** `total` is null when the server did not say. */
export type OnBytes = (bytes: number, total: number | null) => void;

/**
 * Downloads a file and checks its hash.
 * Errors: OkcvmError `not-found`, `bad-reply` for other bytes than were named, those of `ask`.
 */
export async function fetchWheel(
  { fileName, url, sha256 }: WheelToFetch,
  server: PackageServer,
  onBytes: OnBytes = () => undefined,
): Promise<Uint8Array> {
  const reply = await ask(server, url);
  if (!reply) throw new OkcvmError("not-found", `${fileName} is not there any more.`);
  const bytes = await readAll(reply, { server, fileName, onBytes });
  if (sha256 !== null) await checkHash(bytes, { fileName, sha256 }, server);
  return bytes;
}

/** Errors: OkcvmError `bad-reply`. */
export async function checkHash(
  bytes: Uint8Array,
  { fileName, sha256 }: { fileName: string; sha256: string },
  server: Pick<PackageServer, "sha256">,
): Promise<void> {
  const actual = await server.sha256(bytes);
  if (actual === sha256.toLowerCase()) return;
  const message =
    `${fileName} was not taken: its hash does not match. The index names SHA-256 ${sha256}, ` +
    `and what came has ${actual}.`;
  throw new OkcvmError("bad-reply", message);
}

interface Reading {
  server: PackageServer;
  fileName: string;
  onBytes: OnBytes;
}

async function readAll(reply: Response, { server, fileName, onBytes }: Reading): Promise<Uint8Array> {
  const length = reply.headers.get("content-length");
  // The length of an encoded reply is not that of what is read.
  const total = length === null || reply.headers.has("content-encoding") ? null : Number(length);
  const chunks: Uint8Array[] = [];
  let size = 0;
  onBytes(0, total);
  const reader = reply.body?.getReader();
  for (;;) {
    const part = await reader?.read().catch((cause: unknown) => {
      if (server.signal?.aborted) throw cause;
      throw new OkcvmError("unreachable", `The download of ${fileName} broke off. Try again.`, cause);
    });
    if (!part || part.done) return joined(chunks, size);
    chunks.push(part.value);
    size += part.value.byteLength;
    onBytes(size, total);
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}
