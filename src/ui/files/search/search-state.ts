import { createEffect, createMemo, createSignal, on, onCleanup, type Accessor } from "solid-js";

import { toErrorValue } from "../../../domain/errors.ts";
import type { SearchMatch, SearchResult } from "../../../domain/search.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { saveDocuments } from "../edit/documents.ts";
import { innerPath } from "../inner-path.ts";

const TYPING_MS = 250;

/** The matches of one file. */
export interface FileMatches {
  /** Workspace path. */
  path: string;
  /** Each with its place among all matches, from 0. */
  matches: { match: SearchMatch; index: number }[];
}

export interface SearchState {
  query: Accessor<string>;
  setQuery: (query: string) => void;
  caseSensitive: Accessor<boolean>;
  setCaseSensitive: (on: boolean) => void;
  regex: Accessor<boolean>;
  setRegex: (on: boolean) => void;
  /** undefined before the first answer, and while nothing is typed. */
  result: Accessor<SearchResult | undefined>;
  groups: Accessor<FileMatches[]>;
  /** What stands against the query, in words. */
  problem: Accessor<string | null>;
  busy: Accessor<boolean>;
  /** The match the arrows are at; -1 for none. */
  active: Accessor<number>;
  setActive: (index: number) => void;
}

/** Searches as it is typed. An answer that comes after the query has changed is dropped. */
export function createSearch(workspace: Workspace): SearchState {
  const [query, setQuery] = createSignal("");
  const [caseSensitive, setCaseSensitive] = createSignal(false);
  const [regex, setRegex] = createSignal(false);
  const [result, setResult] = createSignal<SearchResult>();
  const [problem, setProblem] = createSignal<string | null>(null);
  const [busy, setBusy] = createSignal(false);
  const [active, setActive] = createSignal(-1);
  let turn = 0;
  const run = async (mine: number): Promise<void> => {
    try {
      await saveDocuments(workspace, "");
      const found = await workspace.search(query(), { caseSensitive: caseSensitive(), regex: regex() });
      if (mine !== turn) return;
      setProblem(null);
      setActive(-1);
      setResult(found);
    } catch (error) {
      if (mine !== turn) return;
      setResult(undefined);
      setProblem(toErrorValue(error).message);
    }
    setBusy(false);
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(
    on(
      [query, caseSensitive, regex],
      ([text]) => {
        clearTimeout(timer);
        const mine = (turn += 1);
        setBusy(text !== "");
        if (text !== "") timer = setTimeout(() => void run(mine), TYPING_MS);
        else {
          setResult(undefined);
          setProblem(null);
        }
      },
      { defer: true },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  const groups = createMemo(() => groupMatches(workspace.root, result()?.matches ?? []));
  return {
    query,
    setQuery,
    caseSensitive,
    setCaseSensitive,
    regex,
    setRegex,
    result,
    groups,
    problem,
    busy,
    active,
    setActive,
  };
}

/** Matches by file, in the order they came. */
export function groupMatches(root: string, matches: readonly SearchMatch[]): FileMatches[] {
  const groups = new Map<string, FileMatches>();
  matches.forEach((match, index) => {
    const path = innerPath(root, match.path);
    const group = groups.get(path) ?? { path, matches: [] };
    group.matches.push({ match, index });
    groups.set(path, group);
  });
  return [...groups.values()];
}

/** A match's line in three parts, the match in the middle; what leads up to it is cut where it would push the match out of sight. */
export function matchParts(match: SearchMatch): { before: string; found: string; after: string } {
  const before = match.text.slice(0, match.at).trimStart();
  const end = match.at + match.length;
  return {
    before: before.length > 28 ? `…${before.slice(-26)}` : before,
    found: match.text.slice(match.at, end),
    after: match.text.slice(end),
  };
}
