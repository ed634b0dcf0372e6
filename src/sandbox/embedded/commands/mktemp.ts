import { defineCommand } from "just-bash/browser";

import { absolute, fail, ok, parseOptions, unknownOption, type Context } from "./support.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const TRIES = 100;

function fill(template: string): string {
  return template.replace(/X{3,}(?=[^X/]*$)/, (run) =>
    Array.from(run, () => LETTERS.charAt(Math.floor(Math.random() * LETTERS.length))).join(""),
  );
}

async function make(context: Context, path: string, folder: boolean): Promise<void> {
  const at = absolute(context, path);
  if (folder) await context.fs.mkdir(at);
  else await context.fs.writeFile(at, "");
  await context.fs.chmod(at, folder ? 0o700 : 0o600);
}

/** mktemp: makes a file or, with -d, a folder of a name nobody has. */
export const mktemp = defineCommand("mktemp", async (args, context) => {
  const parsed = parseOptions(args, ["p", "tmpdir", "suffix"]);
  const { options, operands } = parsed;
  const unknown = unknownOption(parsed, [
    "d",
    "directory",
    "u",
    "dry-run",
    "q",
    "quiet",
    "t",
    "p",
    "tmpdir",
    "suffix",
  ]);
  if (unknown) return fail("mktemp", unknown);
  const template = (operands[0] ?? "tmp.XXXXXXXXXX") + (options.get("suffix") ?? "");
  if (!/X{3,}[^X/]*$/.test(template)) return fail("mktemp", `too few X's in template '${template}'`);
  const inTemp = operands.length === 0 || options.has("t") || options.has("p") || options.has("tmpdir");
  const folder = options.get("p") || options.get("tmpdir") || context.env.get("TMPDIR") || "/tmp";
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const path = inTemp ? `${folder}/${fill(template)}` : fill(template);
    if (await context.fs.exists(absolute(context, path))) continue;
    const parent = absolute(context, path).replace(/\/[^/]*$/, "") || "/";
    const kind = options.has("d") || options.has("directory") ? "directory" : "file";
    if (!(await context.fs.exists(parent))) {
      return fail(
        "mktemp",
        `failed to create ${kind} via template '${inTemp ? `${folder}/` : ""}${template}': No such file or directory`,
      );
    }
    if (!options.has("u") && !options.has("dry-run")) await make(context, path, kind === "directory");
    return ok(`${path}\n`);
  }
  return fail("mktemp", `failed to create file via template '${template}': File exists`);
});
