import { OkcvmError } from "../../../src/domain/errors.ts";
import type { SearchMatch, SearchOptions, SearchResult } from "../../../src/domain/search.ts";

interface SearchedFile {
  path: string;
  node: { content: Blob };
}

/** Looks through files as the workspace's search does. */
export async function fakeSearch(
  root: string,
  files: readonly SearchedFile[],
  query: string,
  options: SearchOptions = {},
): Promise<SearchResult> {
  const limit = options.limit ?? 500;
  const pattern = patternOf(query, options);
  const matches: SearchMatch[] = [];
  for (const { path, node } of files) {
    if (path.split("/").includes("node_modules")) continue;
    const text = await node.content.text();
    if (!text.includes("\0")) matches.push(...matchesIn(`${root}/${path}`, text, pattern));
    if (matches.length > limit) break;
  }
  const shown = matches.slice(0, limit);
  return {
    matches: shown,
    files: new Set(shown.map((match) => match.path)).size,
    truncated: matches.length > limit,
  };
}

function matchesIn(path: string, text: string, pattern: RegExp): SearchMatch[] {
  return text.split(/\r?\n/).flatMap((line, index) =>
    [...line.matchAll(pattern)]
      .filter((found) => found[0] !== "")
      .map((found) => {
        const start = Math.max(0, found.index - 100);
        return {
          path,
          line: index + 1,
          column: found.index + 1,
          length: found[0].length,
          text: line.slice(start, start + 400),
          at: found.index - start,
        };
      }),
  );
}

function patternOf(query: string, options: SearchOptions): RegExp {
  const source = options.regex ? query : query.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  try {
    return new RegExp(source, options.caseSensitive ? "g" : "gi");
  } catch (error) {
    throw new OkcvmError("bad-arguments", `This is no regular expression. ${String(error)}`);
  }
}
