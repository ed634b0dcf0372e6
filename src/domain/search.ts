/** How to search the workspace's files. */
export interface SearchOptions {
  /** True when the query is a JavaScript regular expression; it is matched line by line. */
  regex?: boolean;
  /** False by default. */
  caseSensitive?: boolean;
  /** Most matches to answer with; 500 by default. */
  limit?: number;
}

/** One match. Lines and columns start at 1; columns and lengths count UTF-16 units. */
export interface SearchMatch {
  /** Absolute path. */
  path: string;
  line: number;
  column: number;
  length: number;
  /** The line, at most 400 characters of it around the match. */
  text: string;
  /** Where the match begins in `text`, from 0. */
  at: number;
}

export interface SearchResult {
  matches: SearchMatch[];
  /** Files that hold a match, among those searched. */
  files: number;
  /** True when the limit cut the answer short. */
  truncated: boolean;
}
