import { defineCommand } from "just-bash/browser";

import { absolute, fail, reasonOf } from "./support.ts";

/** date with -r FILE, which the library's own lacks. */
export const date = defineCommand("date", async (args, context) => {
  if (!context.origCommand) return fail("date", "this shell has none of its own");
  const at = args.findIndex((arg) => arg === "-r" || arg.startsWith("--reference="));
  if (at < 0) return context.origCommand(args);
  const short = args[at] === "-r";
  const file = short ? args[at + 1] : args[at]?.slice("--reference=".length);
  if (file === undefined) return fail("date", "option requires an argument -- 'r'");
  try {
    const { mtime } = await context.fs.stat(absolute(context, file));
    return await context.origCommand(
      args.toSpliced(at, short ? 2 : 1, "-d", `@${Math.floor(mtime.getTime() / 1000)}`),
    );
  } catch (error) {
    return fail("date", `${file}: ${reasonOf(error)}`);
  }
});
