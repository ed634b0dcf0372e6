import type { CommandContext, ExecResult } from "just-bash/browser";

/** What a command can use of its surroundings. */
export type Context = Pick<CommandContext, "fs" | "cwd" | "env" | "stdin" | "exportedEnv">;

export function ok(stdout = ""): ExecResult {
  return { stdout, stderr: "", exitCode: 0 };
}

/** Output that is bytes, one character each. */
export function bytesOut(stdout: string): ExecResult {
  return { stdout, stderr: "", exitCode: 0, stdoutKind: "bytes" };
}

export function fail(name: string, message: string, exitCode = 1): ExecResult {
  return { stdout: "", stderr: `${name}: ${message}\n`, exitCode };
}

export function absolute(context: Context, path: string): string {
  return context.fs.resolvePath(context.cwd, path);
}

const REASONS: Record<string, string> = {
  ENOENT: "No such file or directory",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EEXIST: "File exists",
  ELOOP: "Too many levels of symbolic links",
  ENAMETOOLONG: "File name too long",
};

/** The words GNU commands have for a file system's error. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return REASONS[text.slice(0, text.indexOf(":"))] ?? text;
}

/** Bytes of a file, or of standard input for `-`. Errors: the file system's. */
export async function readInput(context: Context, path: string): Promise<Uint8Array> {
  if (path !== "-") return context.fs.readFileBuffer(absolute(context, path));
  return Uint8Array.from(String(context.stdin), (character) => character.charCodeAt(0));
}

/** Bytes as text of one character each. */
export function toByteText(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32_768)
    text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
  return text;
}

/** A size such as 512, 4k, 1M or 2GB in bytes; null when it is none. */
export function parseSize(text: string): number | null {
  const [, digits, unit = ""] = /^(\d+)(c|w|b|[kKMGT]i?B?|[kKMGT]B)?$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const small: Record<string, number> = { "": 1, c: 1, w: 2, b: 512 };
  const base = unit.length === 2 && unit.endsWith("B") ? 1000 : 1024;
  const power = " KMGT".indexOf(unit.charAt(0).toUpperCase());
  return Number(digits) * (small[unit] ?? base ** power);
}

/** Options apart from operands. `withValue` lists the letters and long names that take a value. */
export interface Parsed {
  options: Map<string, string>;
  operands: string[];
}

/** Splits arguments as getopt does: grouped letters, values attached or next, `--name=value`, `--`. */
export function parseOptions(args: string[], withValue: string[]): Parsed {
  const parsed: Parsed = { options: new Map(), operands: [] };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === "--") {
      parsed.operands.push(...rest.splice(0));
    } else if (arg.startsWith("--")) {
      const [name = "", value] = splitOnce(arg.slice(2));
      parsed.options.set(name, value ?? (withValue.includes(name) ? (rest.shift() ?? "") : ""));
    } else if (arg.startsWith("-") && arg !== "-") {
      takeLetters(arg.slice(1), { parsed, rest, withValue });
    } else parsed.operands.push(arg);
  }
  return parsed;
}

function takeLetters(letters: string, into: { parsed: Parsed; rest: string[]; withValue: string[] }): void {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters.charAt(at);
    if (!into.withValue.includes(letter)) into.parsed.options.set(letter, "");
    else {
      into.parsed.options.set(letter, letters.slice(at + 1) || (into.rest.shift() ?? ""));
      return;
    }
  }
}

function splitOnce(text: string): [string, string | undefined] {
  const cut = text.indexOf("=");
  return cut < 0 ? [text, undefined] : [text.slice(0, cut), text.slice(cut + 1)];
}

/** The first option that is not among the known ones, as the command's complaint. */
export function unknownOption(parsed: Parsed, known: string[]): string | null {
  for (const name of parsed.options.keys()) {
    if (!known.includes(name))
      return name.length === 1 ? `invalid option -- '${name}'` : `unrecognized option '--${name}'`;
  }
  return null;
}
