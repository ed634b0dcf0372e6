import { OkcvmError } from "../../../domain/errors.ts";
import type { Wanted } from "./install-request.ts";
import { parseExtras, parseRequirement } from "./requirement.ts";

const VERSION_CONTROL = /(?:^|@\s*)(?:git|hg|svn|bzr)\+/;
const ADDRESS = /^[a-z][a-z0-9+.-]*:/i;

/**
 * Reads one requirement as `pip install` takes it: a PEP 508 text, the address
 * of a wheel, or the path of one.
 * Errors: OkcvmError `bad-arguments` and `not-supported`.
 */
export function parseWanted(text: string, hashes: string[] = []): Wanted {
  const trimmed = text.trim();
  if (VERSION_CONTROL.test(trimmed)) {
    const message = `${trimmed} cannot be installed: a repository is source code, and only wheels can be installed in a browser.`;
    throw new OkcvmError("not-supported", message);
  }
  if (ADDRESS.test(trimmed)) return wheelAt(trimmed, hashes);
  if (isPath(trimmed)) return wheelIn(trimmed, hashes);
  const requirement = parseRequirement(trimmed);
  if (!requirement) throw notRequirement(trimmed);
  if (requirement.url === null) return { text: trimmed, requirement, wheel: null, hashes };
  const { wheel, hashes: fromAddress } = wheelAt(requirement.url, hashes);
  return { text: trimmed, requirement, wheel, hashes: fromAddress };
}

function wheelAt(text: string, hashes: string[]): Wanted {
  if (!URL.canParse(text)) throw notRequirement(text);
  const url = new URL(text);
  if (url.protocol === "file:") return wheelIn(decodeURIComponent(url.pathname), hashes);
  if (url.protocol !== "https:" && url.protocol !== "http:") throw notRequirement(text);
  if (!url.pathname.endsWith(".whl")) throw notWheel(text);
  const fragment = new URLSearchParams(url.hash.slice(1));
  const sha256 = fragment.get("sha256")?.toLowerCase();
  url.hash = "";
  return {
    text,
    requirement: { ...NOTHING_MORE, name: null },
    wheel: { source: "url", location: url.href },
    hashes: sha256 === undefined ? hashes : [...hashes, sha256],
  };
}

function wheelIn(text: string, hashes: string[]): Wanted {
  const [, path = text, extrasText = ""] = /^(.*)\[([^\]]*)\]$/s.exec(text) ?? [];
  const extras = parseExtras(extrasText);
  if (!extras) throw notRequirement(text);
  if (!path.endsWith(".whl")) throw notWheel(text);
  return {
    text,
    requirement: { ...NOTHING_MORE, name: null, extras },
    wheel: { source: "path", location: path },
    hashes,
  };
}

const NOTHING_MORE = { extras: [], specifier: [], marker: null };

/** pip takes for a path what has a slash or is a wheel's name. */
function isPath(text: string): boolean {
  return /^[^\s;@]*\/[^;@]*$/.test(text) || /^\S+\.whl(?:\[[^\]]*\])?$/.test(text) || /^\.{1,2}$/.test(text);
}

function notWheel(text: string): OkcvmError {
  const message = `${text} is no wheel. Only wheels (files that end in .whl) can be installed: a browser cannot build source code.`;
  return new OkcvmError("not-supported", message);
}

function notRequirement(text: string): OkcvmError {
  const message = `${JSON.stringify(text)} is not a requirement. Write a name, with versions if you need one: "pandas>=2,<3".`;
  return new OkcvmError("bad-arguments", message);
}
