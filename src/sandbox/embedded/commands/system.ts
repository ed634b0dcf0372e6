import { defineCommand } from "just-bash/browser";

import { fail, ok, parseOptions, unknownOption } from "./support.ts";

/** A pipe has no end that could stop yes: it is held whole before the next command reads it. */
const YES_LINES = 1_000_000;
const YES_CHARACTERS = 16 * 1024 * 1024;

/** What uname says of each letter, in its own order. */
const UNAME: [string, string][] = [
  ["s", "Linux"],
  ["n", "localhost"],
  ["r", "6.1.0"],
  ["v", "#1 OKCVM"],
  ["m", "x86_64"],
  ["o", "GNU/Linux"],
];

export const nproc = defineCommand("nproc", async () =>
  ok(`${globalThis.navigator?.hardwareConcurrency ?? 1}\n`),
);

/** yes: as many lines as a pipe can hold, then it ends as if the reader had gone. */
export const yes = defineCommand("yes", async (args) => {
  const line = `${args.join(" ") || "y"}\n`;
  return ok(line.repeat(Math.min(YES_LINES, Math.ceil(YES_CHARACTERS / line.length))));
});

export const uname = defineCommand("uname", async (args) => {
  const parsed = parseOptions(args, []);
  const letters = UNAME.map(([letter]) => letter);
  const unknown = unknownOption(parsed, [...letters, "a", "all", "p", "i"]);
  if (unknown) return fail("uname", unknown);
  const { options } = parsed;
  if (options.has("a") || options.has("all")) return ok(`${UNAME.map(([, text]) => text).join(" ")}\n`);
  if (options.has("p") || options.has("i")) return ok("unknown\n");
  const wanted = UNAME.filter(([letter]) => options.has(letter));
  return ok(`${(wanted.length > 0 ? wanted : UNAME.slice(0, 1)).map(([, text]) => text).join(" ")}\n`);
});

/** id: the one user there is. */
export const id = defineCommand("id", async (args) => {
  const parsed = parseOptions(args, []);
  const unknown = unknownOption(parsed, ["u", "g", "G", "n", "r", "user", "group", "groups", "name"]);
  if (unknown) return fail("id", unknown);
  if (parsed.operands.some((name) => name !== "user"))
    return fail("id", `'${parsed.operands[0]}': no such user`);
  const has = (...names: string[]): boolean => names.some((name) => parsed.options.has(name));
  const one = has("u", "user", "g", "group", "G", "groups");
  if (!one && has("n", "name")) return fail("id", "cannot print only names or real IDs in default format");
  if (one) return ok(has("n", "name") ? "user\n" : "1000\n");
  return ok("uid=1000(user) gid=1000(user) groups=1000(user)\n");
});

/** umask: new files are 644 and folders 755 here, so only that mask can be set. */
export const umask = defineCommand("umask", async (args) => {
  if (args.length === 0) return ok("0022\n");
  if (args[0] === "-S") return ok("u=rwx,g=rx,o=rx\n");
  if (/^0{0,2}22$/.test(args[0] ?? "")) return ok();
  return fail("umask", "this shell has no other mask than 0022; use chmod");
});
