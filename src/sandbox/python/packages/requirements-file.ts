import { OkcvmError } from "../../../domain/errors.ts";
import type { Wanted } from "./install-request.ts";
import { refusedOption } from "./refused-options.ts";
import { parseWanted } from "./wanted.ts";

/** Files that name each other more deeply go round in a circle. */
const MAX_DEPTH = 8;

/** What a requirements file asks for. */
export interface RequirementsFile {
  wanted: Wanted[];
  pre: boolean;
}

/**
 * Reads a file for `pip install -r`, and those it names.
 * Errors: OkcvmError `bad-arguments`, `not-supported`, which name the file; those of `readText`.
 */
export async function readRequirementsFile(
  path: string,
  readText: (path: string) => Promise<string>,
  depth = 0,
): Promise<RequirementsFile> {
  if (depth > MAX_DEPTH)
    throw new OkcvmError("bad-arguments", `${path} and the files it names include each other.`);
  const found: RequirementsFile = { wanted: [], pre: false };
  for (const line of logicalLines(await readText(path))) {
    const other = /^(?:-r|--requirement)[\s=]*(.+)$/.exec(line)?.[1];
    if (other !== undefined) {
      const below = await readRequirementsFile(beside(path, other), readText, depth + 1);
      found.wanted.push(...below.wanted);
      found.pre ||= below.pre;
    } else if (line === "--pre") {
      found.pre = true;
    } else {
      found.wanted.push(inFile(path, () => wantedOf(line)));
    }
  }
  return found;
}

/** Lines with continuations joined, without comments and blanks. */
function logicalLines(text: string): string[] {
  return text
    .replace(/^\uFEFF/, "")
    .replaceAll(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
}

function wantedOf(line: string): Wanted {
  if (line.startsWith("-")) throw refusedOption(/^-{1,2}[a-z-]+/i.exec(line)?.[0] ?? line);
  const [text = "", ...options] = line.split(/\s+(?=--)/);
  return parseWanted(text, options.map(hashOf));
}

function hashOf(option: string): string {
  const hash = /^--hash[=\s]\s*sha256:([0-9a-f]{64})$/i.exec(option)?.[1];
  if (hash !== undefined) return hash.toLowerCase();
  if (option.startsWith("--hash")) {
    throw new OkcvmError(
      "not-supported",
      `${option} is not understood: hashes must be SHA-256, in hexadecimal.`,
    );
  }
  throw refusedOption(/^--[a-z-]+/i.exec(option)?.[0] ?? option);
}

function beside(path: string, other: string): string {
  return other.startsWith("/") ? other : `${path.slice(0, path.lastIndexOf("/") + 1)}${other}`;
}

function inFile<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof OkcvmError) throw new OkcvmError(error.code, `${path}: ${error.message}`, error);
    throw error;
  }
}
