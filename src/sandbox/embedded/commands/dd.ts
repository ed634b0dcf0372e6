import { defineCommand } from "just-bash/browser";

import {
  absolute,
  bytesOut,
  fail,
  ok,
  parseSize,
  readInput,
  reasonOf,
  toByteText,
  type Context,
} from "./support.ts";

/** The most dd copies at once: it is all held in memory. Bytes. */
const MAX_BYTES = 256 * 1024 * 1024;
/** What crypto gives in one call. Bytes. */
const RANDOM_CHUNK = 65_536;

type Operands = Map<string, string>;

async function source(context: Context, path: string, bytes: number): Promise<Uint8Array> {
  if (path === "/dev/zero") return new Uint8Array(bytes);
  if (path !== "/dev/urandom" && path !== "/dev/random") return readInput(context, path);
  const random = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += RANDOM_CHUNK)
    crypto.getRandomValues(random.subarray(at, at + RANDOM_CHUNK));
  return random;
}

function readOperands(args: string[]): Operands | string {
  const known = ["if", "of", "bs", "ibs", "obs", "count", "skip", "seek", "status", "conv"];
  const operands: Operands = new Map();
  for (const arg of args) {
    const cut = arg.indexOf("=");
    const name = arg.slice(0, Math.max(cut, 0));
    if (!known.includes(name)) return `unrecognized operand '${arg}'`;
    operands.set(name, arg.slice(cut + 1));
  }
  for (const conv of (operands.get("conv") ?? "").split(",")) {
    if (!["", "notrunc", "fsync", "fdatasync", "sync"].includes(conv)) return `invalid conversion: '${conv}'`;
  }
  return operands;
}

/** Puts bytes into a file at an offset; what is behind them stays with notrunc only. */
async function put(context: Context, operands: Operands, bytes: Uint8Array, at: number): Promise<void> {
  const path = absolute(context, operands.get("of") ?? "");
  const keep = (operands.get("conv") ?? "").includes("notrunc");
  const there = (keep || at > 0) && (await context.fs.exists(path));
  const before = there ? await context.fs.readFileBuffer(path) : new Uint8Array(0);
  const after = new Uint8Array(Math.max(at + bytes.length, keep ? before.length : 0));
  after.set(before.subarray(0, after.length));
  after.set(bytes, at);
  await context.fs.writeFile(path, after);
}

/** dd: copies blocks between files, and from /dev/zero and /dev/urandom. */
export const dd = defineCommand("dd", async (args, context) => {
  const operands = readOperands(args);
  if (typeof operands === "string") return fail("dd", operands);
  const number = (name: string, fallback: number): number | null => {
    const text = operands.get(name);
    return text === undefined ? fallback : parseSize(text);
  };
  const block = number("bs", number("ibs", 512) ?? 512);
  const [count, skip, seek] = [
    number("count", Number.POSITIVE_INFINITY),
    number("skip", 0),
    number("seek", 0),
  ];
  if (!block || count === null || skip === null || seek === null) return fail("dd", "invalid number");
  const path = operands.get("if") ?? "-";
  const endless = ["/dev/zero", "/dev/urandom", "/dev/random"].includes(path);
  const wanted = count * block;
  if (endless && wanted > MAX_BYTES)
    return fail("dd", `cannot copy more than ${MAX_BYTES} bytes: give a smaller bs or count`);
  try {
    const input = await source(context, path, wanted);
    const bytes = endless
      ? input
      : input.subarray(skip * block, Math.min(input.length, skip * block + wanted));
    const full = Math.floor(bytes.length / block);
    const blocks = `${full}+${bytes.length % block === 0 ? 0 : 1} records`;
    const stderr =
      operands.get("status") === "none" ? "" : `${blocks} in\n${blocks} out\n${bytes.length} bytes copied\n`;
    if (!operands.has("of")) return { ...bytesOut(toByteText(bytes)), stderr };
    await put(context, operands, bytes, seek * block);
    return { ...ok(), stderr };
  } catch (error) {
    return fail("dd", `failed to open '${path}': ${reasonOf(error)}`);
  }
});
