import { defineCommand } from "just-bash/browser";

import { absolute, fail, ok, parseOptions, reasonOf, unknownOption, type Context } from "./support.ts";

interface RmOptions {
  recursive: boolean;
  force: boolean;
  emptyFolders: boolean;
}

/** What is wrong with removing a path; null when it is gone. A link is removed itself, wherever it leads. */
async function removeOne(context: Context, operand: string, options: RmOptions): Promise<string | null> {
  // An unset variable between quotes must not name the current folder.
  if (operand === "") return options.force ? null : "cannot remove '': No such file or directory";
  const path = absolute(context, operand);
  if (/(^|\/)\.\.?\/*$/.test(operand))
    return `refusing to remove '.' or '..' directory: skipping '${operand}'`;
  try {
    const stat = await context.fs.lstat(path);
    if (stat.isDirectory && !options.recursive) {
      if (!options.emptyFolders) return `cannot remove '${operand}': Is a directory`;
      if ((await context.fs.readdir(path)).length > 0)
        return `cannot remove '${operand}': Directory not empty`;
    }
    await context.fs.rm(path, { recursive: options.recursive });
    return null;
  } catch (error) {
    const reason = reasonOf(error);
    return options.force && reason === "No such file or directory"
      ? null
      : `cannot remove '${operand}': ${reason}`;
  }
}

/** rm, since the library's own does not remove a link that dangles or leads to a folder. */
export const rm = defineCommand("rm", async (args, context) => {
  const parsed = parseOptions(args, []);
  const unknown = unknownOption(parsed, [
    ..."rRfdvi",
    "recursive",
    "force",
    "dir",
    "verbose",
    "no-preserve-root",
    "preserve-root",
    "one-file-system",
  ]);
  if (unknown) return fail("rm", unknown);
  const has = (...names: string[]): boolean => names.some((name) => parsed.options.has(name));
  const force = has("f", "force");
  if (parsed.operands.length === 0) return force ? ok() : fail("rm", "missing operand");
  const options = { recursive: has("r", "R", "recursive"), force, emptyFolders: has("d", "dir") };
  const result = { stdout: "", stderr: "", exitCode: 0 };
  for (const operand of parsed.operands) {
    const complaint = await removeOne(context, operand, options);
    if (complaint !== null) {
      result.stderr += `rm: ${complaint}\n`;
      result.exitCode = 1;
    } else if (has("v", "verbose")) result.stdout += `removed '${operand}'\n`;
  }
  return result;
});

/** unlink: removes one file. */
export const unlink = defineCommand("unlink", async (args, context) => {
  const [operand] = args;
  if (operand === undefined || args.length > 1)
    return fail("unlink", operand === undefined ? "missing operand" : `extra operand '${args[1]}'`);
  const complaint = await removeOne(context, operand, {
    recursive: false,
    force: false,
    emptyFolders: false,
  });
  return complaint === null ? ok() : fail("unlink", complaint.replace("cannot remove", "cannot unlink"));
});
