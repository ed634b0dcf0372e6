import { defineCommand } from "just-bash/browser";

import { absolute, fail, ok, parseOptions, reasonOf, unknownOption, type Context } from "./support.ts";

interface Link {
  target: string;
  path: string;
  symbolic: boolean;
  force: boolean;
}

async function isFolder(context: Context, path: string, follow: boolean): Promise<boolean> {
  const stat = await (follow ? context.fs.stat(path) : context.fs.lstat(path)).catch(() => null);
  return stat?.isDirectory === true;
}

/** What is wrong with making a link; null when it is made. */
async function makeLink(context: Context, link: Link): Promise<string | null> {
  const { fs } = context;
  const path = absolute(context, link.path);
  const kind = link.symbolic ? "symbolic" : "hard";
  const complain = (reason: string): string => `failed to create ${kind} link '${link.path}': ${reason}`;
  const source = absolute(context, link.target);
  if (!link.symbolic && !(await fs.exists(source)))
    return `failed to access '${link.target}': No such file or directory`;
  if (!link.symbolic && (await isFolder(context, source, true)))
    return `${link.target}: hard link not allowed for directory`;
  try {
    const existing = await fs.lstat(path).catch(() => null);
    if (existing?.isDirectory && link.force) return `${link.path}: cannot overwrite directory`;
    if (existing && !link.force) return complain("File exists");
    if (existing && !link.symbolic && path === source)
      return `'${link.target}' and '${link.path}' are the same file`;
    if (existing) await fs.rm(path);
    await (link.symbolic ? fs.symlink(link.target, path) : fs.link(source, path));
    return null;
  } catch (error) {
    return complain(reasonOf(error));
  }
}

/** ln, since the library's own cannot replace a link that dangles. A hard link is a copy here. */
export const ln = defineCommand("ln", async (args, context) => {
  const parsed = parseOptions(args, ["t", "target-directory"]);
  const { options, operands } = parsed;
  const unknown = unknownOption(parsed, [
    ..."sfnvTt",
    "symbolic",
    "force",
    "no-dereference",
    "verbose",
    "no-target-directory",
    "target-directory",
  ]);
  if (unknown) return fail("ln", unknown);
  const has = (...names: string[]): boolean => names.some((name) => options.has(name));
  if (operands.length === 0) return fail("ln", "missing file operand");
  const given = options.get("t") ?? options.get("target-directory");
  const last = given ?? (operands.length > 1 ? operands.pop() : ".") ?? ".";
  const intoFolder =
    given !== undefined ||
    (!has("T", "no-target-directory") &&
      (await isFolder(context, absolute(context, last), !has("n", "no-dereference"))));
  if (!intoFolder && operands.length > 1) return fail("ln", `target '${last}' is not a directory`);
  for (const target of operands) {
    const name = target.replace(/\/+$/, "").replace(/^.*\//, "");
    const path = intoFolder ? (last === "." ? name : `${last}/${name}`) : last;
    const link = { target, path, symbolic: has("s", "symbolic"), force: has("f", "force") };
    const complaint = await makeLink(context, link);
    if (complaint !== null) return fail("ln", complaint);
  }
  return ok();
});
