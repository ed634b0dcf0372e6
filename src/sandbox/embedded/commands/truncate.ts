import { defineCommand } from "just-bash/browser";

import { absolute, fail, ok, parseOptions, parseSize, reasonOf, unknownOption } from "./support.ts";

/** The largest file truncate makes: its zeros are held in memory. Bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

function newSize(text: string, before: number): number | null {
  const sign = /^[+\-<>]/.exec(text)?.[0] ?? "";
  const amount = parseSize(text.slice(sign.length));
  if (amount === null) return null;
  if (sign === "+") return before + amount;
  if (sign === "-") return Math.max(0, before - amount);
  if (sign === "<") return Math.min(before, amount);
  return sign === ">" ? Math.max(before, amount) : amount;
}

/** truncate: cuts files, or lengthens them with zeros. */
export const truncate = defineCommand("truncate", async (args, context) => {
  const parsed = parseOptions(args, ["s", "size", "r", "reference"]);
  const { options, operands } = parsed;
  const unknown = unknownOption(parsed, ["s", "size", "r", "reference", "c", "no-create"]);
  if (unknown) return fail("truncate", unknown);
  const size = options.get("s") ?? options.get("size");
  const reference = options.get("r") ?? options.get("reference");
  if (size === undefined && reference === undefined)
    return fail("truncate", "you must specify either '--size' or '--reference'");
  if (operands.length === 0) return fail("truncate", "missing file operand");
  for (const operand of operands) {
    const path = absolute(context, operand);
    try {
      const there = await context.fs.exists(path);
      if (!there && (options.has("c") || options.has("no-create"))) continue;
      const before = there ? await context.fs.readFileBuffer(path) : new Uint8Array(0);
      const wanted =
        size === undefined
          ? (await context.fs.stat(absolute(context, reference ?? ""))).size
          : newSize(size, before.length);
      if (wanted === null) return fail("truncate", `Invalid number: '${size}'`);
      if (wanted > MAX_BYTES)
        return fail("truncate", `failed to truncate '${operand}' at ${wanted} bytes: File too large`);
      const after = new Uint8Array(wanted);
      after.set(before.subarray(0, wanted));
      await context.fs.writeFile(path, after);
    } catch (error) {
      return fail("truncate", `cannot open '${operand}' for writing: ${reasonOf(error)}`);
    }
  }
  return ok();
});
