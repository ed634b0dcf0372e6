import { defineCommand } from "just-bash/browser";

import { fail, ok, parseOptions, readInput, reasonOf, unknownOption } from "./support.ts";

const NEWLINE = 10;

function differences(a: Uint8Array, b: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 0; at < Math.min(a.length, b.length); at++) if (a[at] !== b[at]) found.push(at);
  return found;
}

/** cmp: tells where two files differ. */
export const cmp = defineCommand("cmp", async (args, context) => {
  const parsed = parseOptions(args, ["n", "bytes"]);
  const { options, operands } = parsed;
  const unknown = unknownOption(parsed, ["s", "l", "n", "bytes", "quiet", "silent", "verbose"]);
  if (unknown) return fail("cmp", unknown, 2);
  const [first, second = "-"] = operands;
  if (first === undefined) return fail("cmp", "missing operand after 'cmp'", 2);
  const silent = ["s", "quiet", "silent"].some((name) => options.has(name));
  const limit = Number(options.get("n") ?? options.get("bytes") ?? Number.POSITIVE_INFINITY);
  const contents: Uint8Array[] = [];
  for (const path of [first, second]) {
    try {
      contents.push((await readInput(context, path)).subarray(0, limit));
    } catch (error) {
      return silent ? { ...ok(), exitCode: 2 } : fail("cmp", `${path}: ${reasonOf(error)}`, 2);
    }
  }
  const [a = new Uint8Array(0), b = new Uint8Array(0)] = contents;
  const found = differences(a, b);
  const at = found[0];
  if (at === undefined && a.length === b.length) return ok();
  if (silent) return { ...ok(), exitCode: 1 };
  const octal = (value = 0): string => value.toString(8).padStart(3);
  const stdout = options.has("l")
    ? found.map((n) => `${n + 1} ${octal(a[n])} ${octal(b[n])}\n`).join("")
    : "";
  if (at !== undefined && !options.has("l")) {
    const line = 1 + a.subarray(0, at).filter((byte) => byte === NEWLINE).length;
    return { ...ok(`${first} ${second} differ: byte ${at + 1}, line ${line}\n`), exitCode: 1 };
  }
  if (a.length === b.length) return { ...ok(stdout), exitCode: 1 };
  const [shorter, content] = a.length < b.length ? [first, a] : [second, b];
  const lines = content.filter((byte) => byte === NEWLINE).length;
  const where =
    content.length === 0
      ? "which is empty"
      : `after byte ${content.length}, ${content.at(-1) === NEWLINE ? "" : "in "}line ${content.at(-1) === NEWLINE ? lines : lines + 1}`;
  const stderr = `cmp: EOF on ${shorter} ${where}\n`;
  return { stdout, stderr, exitCode: 1 };
});
