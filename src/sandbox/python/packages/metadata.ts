import { parseRequirement, type Requirement } from "./requirement.ts";
import { parseSpecifier, type Clause } from "./versions.ts";
import { normalizeName } from "./names.ts";

/** What a resolver reads of a wheel's METADATA. */
export interface Metadata {
  /** Normalised. */
  name: string;
  version: string;
  requires: Requirement[];
  /** Normalised. */
  extras: string[];
  /** Empty: any Python. */
  requiresPython: Clause[];
  /** Lines of Requires-Dist that are no requirement; who needs such a package cannot be served. */
  unreadable: string[];
}

/** Reads METADATA (core metadata, any version). null without a name and a version. */
export function parseMetadata(text: string): Metadata | null {
  const headers = readHeaders(text);
  const [name] = headers.get("name") ?? [];
  const [version] = headers.get("version") ?? [];
  if (!name || !version) return null;
  const requires: Requirement[] = [];
  const unreadable: string[] = [];
  for (const line of headers.get("requires-dist") ?? []) {
    const requirement = parseRequirement(line);
    if (requirement) requires.push(requirement);
    else unreadable.push(line);
  }
  return {
    name: normalizeName(name),
    version,
    requires,
    extras: (headers.get("provides-extra") ?? []).map(normalizeName),
    requiresPython: parseSpecifier(headers.get("requires-python")?.[0] ?? "") ?? [],
    unreadable,
  };
}

/** The header lines before the first blank one, with continued lines joined. The description is none of them. */
function readHeaders(text: string): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  const [head = ""] = text.replaceAll("\r\n", "\n").split("\n\n", 1);
  for (const line of head.replaceAll(/\n[ \t]+/g, " ").split("\n")) {
    const [, name = "", value = ""] = /^([A-Za-z-]+):\s*(.*)$/.exec(line) ?? [];
    if (name === "") continue;
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value.trim()]);
  }
  return headers;
}
