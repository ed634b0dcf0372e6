import { parseMarker, type Marker } from "./marker.ts";
import { normalizeName } from "./names.ts";
import { parseSpecifier, showSpecifier, type Clause } from "./versions.ts";

/** A dependency as PEP 508 writes it. */
export interface Requirement {
  /** Normalised. */
  name: string;
  /** Normalised, without repeats. */
  extras: string[];
  /** Empty: any version. */
  specifier: Clause[];
  /** Of `name @ https://…`; null for a package of the index. */
  url: string | null;
  /** null: always. */
  marker: Marker | null;
}

const SHAPE = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$/s;
const EXTRA = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** null for a text that is no requirement. */
export function parseRequirement(text: string): Requirement | null {
  const [, name, extrasText, rest = ""] = SHAPE.exec(text.trim()) ?? [];
  const extras = parseExtras(extrasText ?? "");
  if (name === undefined || !extras) return null;
  const isUrl = rest.startsWith("@");
  // A semicolon may be part of an address, where only one after a space begins a marker.
  const cut = isUrl ? rest.search(/\s;/) : rest.indexOf(";");
  const body = (cut < 0 ? rest : rest.slice(0, cut)).trim();
  const marker = cut < 0 ? null : parseMarker(rest.slice(cut).replace(/^\s*;/, ""));
  if (cut >= 0 && !marker) return null;
  const requirement = { name: normalizeName(name), extras, marker };
  if (isUrl) {
    const url = body.slice(1).trim();
    return URL.canParse(url) && !/\s/.test(url) ? { ...requirement, specifier: [], url } : null;
  }
  const specifier = parseBody(body);
  return specifier && { ...requirement, specifier, url: null };
}

/** `name[extra]>=1`, for messages. */
export function showRequirement({ name, extras, specifier, url }: Omit<Requirement, "marker">): string {
  const extra = extras.length > 0 ? `[${extras.join(",")}]` : "";
  return `${name}${extra}${url === null ? showSpecifier(specifier) : ` @ ${url}`}`;
}

/** The names in `[a, b]`, without the brackets; null when one is none. */
export function parseExtras(text: string): string[] | null {
  if (text.trim() === "") return [];
  const names = text.split(",").map((name) => name.trim());
  return names.every((name) => EXTRA.test(name)) ? [...new Set(names.map(normalizeName))] : null;
}

function parseBody(body: string): Clause[] | null {
  if (body === "") return [];
  // Parentheses around a specifier are older than PEP 508 and still allowed.
  const inner = /^\(([^()]*)\)$/.exec(body)?.[1] ?? body;
  const clauses = parseSpecifier(inner);
  return clauses && (clauses.length > 0 || inner.trim() === "") ? clauses : null;
}
