import { bytesOf } from "../domain/blob-bytes.ts";
import { OkcvmError } from "../domain/errors.ts";
import { toAbsolutePath } from "../domain/paths.ts";
import type { SearchMatch, SearchOptions, SearchResult } from "../domain/search.ts";
import type { ContentReader } from "./history/content-reader.ts";
import type { PlannedFolder } from "./history/tree-plan.ts";
import type { FileContent } from "./tree/file-content.ts";

/** Larger files are not searched. Bytes. */
const FILE_LIMIT = 4 * 1024 * 1024;
const DEFAULT_LIMIT = 500;
/** Characters of a line that are shown. */
const LINE_SHOWN = 400;
/** Of these, before the match. */
const LINE_BEFORE = 80;
const READ_AT_ONCE = 64;

interface SearchedFile {
  path: string;
  content: FileContent;
}

/** Searches the text files of a plan. Errors: `bad-arguments` for an expression that is none. */
export async function searchFiles(
  plan: PlannedFolder,
  reader: ContentReader,
  options: SearchOptions & { query: string; root: string },
): Promise<SearchResult> {
  const pattern = patternOf(options);
  const limit = options.limit ?? DEFAULT_LIMIT;
  const result: SearchResult = { matches: [], files: 0, truncated: false };
  if (options.query === "") return result;
  const files = filesOf(plan, "").toSorted((a, b) => (a.path < b.path ? -1 : 1));
  for (let start = 0; start < files.length; start += READ_AT_ONCE) {
    const some = files.slice(start, start + READ_AT_ONCE);
    const bodies = await reader.contents(some.map((file) => file.content));
    for (const [index, file] of some.entries()) {
      const text = await textOf(bodies[index]);
      const found = text === null ? [] : matchesIn(text, pattern, limit + 1 - result.matches.length);
      if (found.length > 0) result.files++;
      const path = toAbsolutePath(options.root, file.path);
      result.matches.push(...found.map((match) => ({ path, ...match })));
      if (result.matches.length > limit) {
        return { ...result, matches: result.matches.slice(0, limit), truncated: true };
      }
    }
  }
  return result;
}

function patternOf(options: SearchOptions & { query: string }): RegExp {
  const source = options.regex
    ? options.query
    : options.query.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  try {
    return new RegExp(source, options.caseSensitive ? "gu" : "giu");
  } catch (error) {
    throw new OkcvmError("bad-arguments", `That is no regular expression: ${options.query}`, error);
  }
}

function filesOf(folder: PlannedFolder, path: string): SearchedFile[] {
  return folder.entries.flatMap((entry) => {
    const here = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.kind === "folder") return filesOf(entry.folder, here);
    if (entry.kind !== "file" || entry.node.size > FILE_LIMIT) return [];
    return [{ path: here, content: entry.node.content }];
  });
}

/** null for what is no text. */
async function textOf(body: Uint8Array<ArrayBuffer> | Blob | undefined): Promise<string | null> {
  if (!body) return null;
  const bytes = await bytesOf(body);
  return bytes.subarray(0, 8_000).includes(0) ? null : new TextDecoder().decode(bytes);
}

function matchesIn(text: string, pattern: RegExp, limit: number): Omit<SearchMatch, "path">[] {
  const found: Omit<SearchMatch, "path">[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    for (const match of line.matchAll(pattern)) {
      if (match[0] === "") continue;
      if (found.length >= limit) return found;
      found.push(shown(line, index + 1, match));
    }
  }
  return found;
}

function shown(line: string, number: number, match: RegExpExecArray): Omit<SearchMatch, "path"> {
  const start = line.length <= LINE_SHOWN ? 0 : Math.max(0, match.index - LINE_BEFORE);
  return {
    line: number,
    column: match.index + 1,
    length: match[0].length,
    text: line.slice(start, start + LINE_SHOWN),
    at: match.index - start,
  };
}
