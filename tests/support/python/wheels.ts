import { createHash } from "node:crypto";
import { zipSync, type Zippable } from "fflate";

/** The tags of a wheel for Pyodide 314's interpreter. */
export const NATIVE_TAG = "cp314-cp314-pyemscripten_2026_0_wasm32";

export interface WheelSpec {
  /** As its author writes it: `Greet.Kit`. */
  name: string;
  version: string;
  /** Path in site-packages and content. */
  files: Record<string, string | Uint8Array>;
  /** Requires-Dist lines. */
  requires?: string[];
  extras?: string[];
  requiresPython?: string;
  /** console_scripts: name and `module:function`. */
  scripts?: Record<string, string>;
  /** Paths below `<name>-<version>.data/`. */
  data?: Record<string, string>;
  tag?: string;
}

/** A wheel as a file, and what an index says of it. */
export interface Wheel {
  name: string;
  version: string;
  fileName: string;
  bytes: Uint8Array;
  metadata: string;
  sha256: string;
  requiresPython: string | null;
}

/** Builds a wheel as PEP 427 has it: METADATA, WHEEL, top_level.txt, entry points, and a RECORD with every hash. */
export function buildWheel(spec: WheelSpec): Wheel {
  const base = `${escaped(spec.name)}-${spec.version.replaceAll("-", "_")}`;
  const info = `${base}.dist-info`;
  const tag = spec.tag ?? "py3-none-any";
  const metadata = metadataOf(spec);
  const files: Record<string, string | Uint8Array> = {
    ...spec.files,
    ...Object.fromEntries(
      Object.entries(spec.data ?? {}).map(([path, text]) => [`${base}.data/${path}`, text]),
    ),
    [`${info}/METADATA`]: metadata,
    [`${info}/WHEEL`]: wheelText(tag),
    [`${info}/top_level.txt`]: `${topLevel(spec).join("\n")}\n`,
  };
  if (spec.scripts) files[`${info}/entry_points.txt`] = entryPoints(spec.scripts);
  const zipped: Zippable = {};
  const record: string[] = [];
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const hash = createHash("sha256").update(bytes).digest("base64url");
    record.push(`${path},sha256=${hash},${bytes.byteLength}`);
    zipped[path] = bytes;
  }
  record.push(`${info}/RECORD,,`);
  zipped[`${info}/RECORD`] = new TextEncoder().encode(`${record.join("\n")}\n`);
  const bytes = zipSync(zipped, { mtime: new Date(2026, 0, 1) });
  return {
    name: spec.name,
    version: spec.version,
    fileName: `${base}-${tag}.whl`,
    bytes,
    metadata,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    requiresPython: spec.requiresPython ?? null,
  };
}

/** A package of one module. */
export function pureWheel(
  name: string,
  version: string,
  more: Partial<Omit<WheelSpec, "name" | "version">> & { code?: string } = {},
): Wheel {
  const { code = "", ...spec } = more;
  const module = escaped(name).toLowerCase();
  const files = { [`${module}/__init__.py`]: `__version__ = "${version}"\n${code}` };
  return buildWheel({ name, version, files, ...spec });
}

function escaped(text: string): string {
  return text.replaceAll(/[-_.]+/g, "_");
}

function topLevel({ files }: WheelSpec): string[] {
  return [
    ...new Set(Object.keys(files).map((path) => (path.split("/")[0] ?? "").replace(/\.(py|.*\.so|so)$/, ""))),
  ];
}

function metadataOf(spec: WheelSpec): string {
  const lines = ["Metadata-Version: 2.4", `Name: ${spec.name}`, `Version: ${spec.version}`];
  if (spec.requiresPython) lines.push(`Requires-Python: ${spec.requiresPython}`);
  for (const extra of spec.extras ?? []) lines.push(`Provides-Extra: ${extra}`);
  for (const requirement of spec.requires ?? []) lines.push(`Requires-Dist: ${requirement}`);
  return `${lines.join("\n")}\n\nRequires-Dist: not-a-header; this is the description\n`;
}

function wheelText(tag: string): string {
  const [pythons = "", abi = "", platforms = ""] = tag.split("-");
  const tags = pythons
    .split(".")
    .flatMap((python) => platforms.split(".").map((platform) => `Tag: ${python}-${abi}-${platform}`));
  const pure = abi === "none" && platforms === "any";
  return ["Wheel-Version: 1.0", "Generator: okcvm-tests", `Root-Is-Purelib: ${pure}`, ...tags, ""].join("\n");
}

function entryPoints(scripts: Record<string, string>): string {
  const lines = Object.entries(scripts).map(([name, target]) => `${name} = ${target}`);
  return `[console_scripts]\n${lines.join("\n")}\n`;
}
