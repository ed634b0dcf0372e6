import { defineCommand } from "just-bash/browser";

import { absolute, fail, ok, parseOptions, reasonOf, unknownOption } from "./support.ts";

/** install: copies files with a mode, or makes folders with -d. */
export const install = defineCommand("install", async (args, context) => {
  const parsed = parseOptions(args, ["m", "mode", "t", "target-directory", "o", "g"]);
  const { options, operands } = parsed;
  const unknown = unknownOption(parsed, [
    ..."dDmtvcpogT",
    "mode",
    "directory",
    "target-directory",
    "verbose",
  ]);
  if (unknown) return fail("install", unknown);
  const text = options.get("m") ?? options.get("mode") ?? "755";
  if (!/^[0-7]{1,4}$/.test(text)) return fail("install", `invalid mode '${text}': give it in octal digits`);
  const mode = Number.parseInt(text, 8);
  const { fs } = context;
  try {
    if (options.has("d") || options.has("directory")) {
      for (const path of operands) {
        await fs.mkdir(absolute(context, path), { recursive: true });
        await fs.chmod(absolute(context, path), mode);
      }
      return operands.length === 0 ? fail("install", "missing file operand") : ok();
    }
    const folder = options.get("t") ?? options.get("target-directory");
    const target = folder ?? (operands.length > 1 ? operands.pop() : undefined);
    if (operands.length === 0) return fail("install", "missing file operand");
    if (target === undefined)
      return fail("install", `missing destination file operand after '${operands[0]}'`);
    const to = absolute(context, target);
    if (options.has("D")) {
      const parent = folder === undefined && operands.length === 1 ? fs.resolvePath(to, "..") : to;
      await fs.mkdir(parent, { recursive: true });
    }
    const intoFolder = (await fs.exists(to)) && (await fs.stat(to)).isDirectory;
    if (!intoFolder && (operands.length > 1 || folder !== undefined))
      return fail("install", `target '${target}' is not a directory`);
    for (const operand of operands) {
      const source = absolute(context, operand);
      if (!(await fs.exists(source)))
        return fail("install", `cannot stat '${operand}': No such file or directory`);
      if ((await fs.stat(source)).isDirectory) return fail("install", `omitting directory '${operand}'`);
      const at = intoFolder ? `${to}/${source.slice(source.lastIndexOf("/") + 1)}` : to;
      await fs.writeFile(at, await fs.readFileBuffer(source));
      await fs.chmod(at, mode);
    }
    return ok();
  } catch (error) {
    return fail("install", reasonOf(error));
  }
});
