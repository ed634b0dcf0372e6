import { defineCommand } from "just-bash/browser";

import { absolute, fail, parseOptions, reasonOf, unknownOption, type Context } from "./support.ts";

type Missing = "none" | "last" | "any";

/** The path with every link followed; `missing` says how much of it may not exist. */
async function resolveAll(context: Context, path: string, missing: Missing): Promise<string> {
  try {
    return await context.fs.realpath(path);
  } catch (error) {
    if (missing === "none" || path === "/") throw error;
    const link = await context.fs.readlink(path).catch(() => null);
    const parent = context.fs.resolvePath(path, "..");
    if (link !== null) return resolveAll(context, context.fs.resolvePath(parent, link), missing);
    const folder = await resolveAll(context, parent, missing === "any" ? "any" : "none");
    return `${folder === "/" ? "" : folder}/${path.slice(path.lastIndexOf("/") + 1)}`;
  }
}

function relativeTo(from: string, to: string): string {
  const a = from.split("/").filter(Boolean);
  const b = to.split("/").filter(Boolean);
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/") || ".";
}

/** realpath: absolute names without links, dots and doubled slashes. */
export const realpath = defineCommand("realpath", async (args, context) => {
  const parsed = parseOptions(args, ["relative-to"]);
  const { options, operands } = parsed;
  const unknown = unknownOption(parsed, [
    ..."emsqzLP",
    "canonicalize-existing",
    "canonicalize-missing",
    "strip",
    "no-symlinks",
    "quiet",
    "zero",
    "relative-to",
  ]);
  if (unknown) return fail("realpath", unknown);
  if (operands.length === 0) return fail("realpath", "missing operand");
  const has = (...names: string[]): boolean => names.some((name) => options.has(name));
  const missing: Missing = has("e", "canonicalize-existing")
    ? "none"
    : has("m", "canonicalize-missing")
      ? "any"
      : "last";
  const base = options.get("relative-to");
  const result = { stdout: "", stderr: "", exitCode: 0 };
  for (const operand of operands) {
    try {
      if (operand === "") throw new Error("ENOENT: empty");
      const path = absolute(context, operand);
      const real = has("s", "strip", "no-symlinks") ? path : await resolveAll(context, path, missing);
      const shown =
        base === undefined
          ? real
          : relativeTo(await resolveAll(context, absolute(context, base), "any"), real);
      result.stdout += shown + (has("z", "zero") ? "\0" : "\n");
    } catch (error) {
      if (!has("q", "quiet")) result.stderr += `realpath: ${operand || "''"}: ${reasonOf(error)}\n`;
      result.exitCode = 1;
    }
  }
  return result;
});
