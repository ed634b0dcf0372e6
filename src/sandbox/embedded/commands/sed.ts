import { defineCommand } from "just-bash/browser";

import { absolute, fail, reasonOf } from "./support.ts";

/** The operands of sed that are files: without -e or -f, the first one is the script. */
function filesOf(args: string[]): string[] {
  const operands: string[] = [];
  let scripted = false;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (["-e", "-f", "--expression", "--file"].includes(arg)) {
      scripted = true;
      at++;
    } else if (/^-[ef]|^--(expression|file)=/.test(arg)) scripted = true;
    else if (!arg.startsWith("-")) operands.push(arg);
  }
  return scripted ? operands : operands.slice(1);
}

/** sed with a suffix for in-place backups (-i.bak), which the library's own lacks. */
export const sed = defineCommand("sed", async (args, context) => {
  if (!context.origCommand) return fail("sed", "this shell has none of its own");
  const at = args.findIndex((arg) => /^-i.|^--in-place=./.test(arg));
  const suffix = args[at]?.replace(/^-i|^--in-place=/, "");
  if (suffix === undefined) return context.origCommand(args);
  const plain = args.with(at, "-i");
  try {
    for (const file of filesOf(args)) {
      const path = absolute(context, file);
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      const name = path.slice(folder.length);
      // As GNU: a star stands for the name, else the suffix is put behind it.
      const backup = suffix.includes("*") ? suffix.replaceAll("*", name) : name + suffix;
      await context.fs.cp(path, context.fs.resolvePath(folder, backup));
    }
  } catch (error) {
    return fail("sed", `cannot keep a backup: ${reasonOf(error)}`, 4);
  }
  return context.origCommand(plain);
});
