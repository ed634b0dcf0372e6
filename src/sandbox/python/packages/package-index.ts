import { OkcvmError } from "../../../domain/errors.ts";
import { checkHash, fetchWheel } from "./fetch-wheel.ts";
import { parseMetadata, type Metadata } from "./metadata.ts";
import { ask, type PackageServer } from "./package-server.ts";
import { parseSpecifier, isVersion, type Clause } from "./versions.ts";
import { normalizeName } from "./names.ts";
import { readWheelMetadata } from "./wheel-metadata.ts";
import { parseWheelName, type WheelName } from "./wheel-name.ts";

const INDEX_TYPE = "application/vnd.pypi.simple.v1+json";

/** A wheel on the index. */
export interface IndexedWheel {
  wheel: WheelName;
  /** On the app's own origin; null: on a host that the server does not fetch from. */
  url: string | null;
  /** Hexadecimal; null where the index names none. */
  sha256: string | null;
  size: number | null;
  /** Empty: any Python. */
  requiresPython: Clause[];
  /** Why it was withdrawn, which may be the empty text; null: it was not. */
  yanked: string | null;
  /** null: its METADATA is only in the wheel. */
  metadata: { sha256: string | null } | null;
}

/** What the index has of a package. */
export interface Project {
  wheels: IndexedWheel[];
  /** Versions of source distributions. */
  sources: string[];
}

/** The package index, by way of the server (PEP 691, PEP 658). Each page is asked for once. */
export class PackageIndex {
  readonly #server: PackageServer;
  readonly #projects = new Map<string, Promise<Project | null>>();
  readonly #metadata = new Map<string, Promise<Metadata>>();

  constructor(server: PackageServer) {
    this.#server = server;
  }

  /** null: the index does not know the name, which must be normalised. Errors: OkcvmError. */
  project(name: string): Promise<Project | null> {
    const known = this.#projects.get(name) ?? this.#readProject(name);
    this.#projects.set(name, known);
    return known;
  }

  /** Asks for a page that will be needed. A failure is told by who needs it. */
  expect(name: string): void {
    this.project(name).catch(() => undefined);
  }

  /** Errors: OkcvmError `bad-reply` when the hash is another, `bad-archive`. */
  metadata(file: IndexedWheel & { url: string }): Promise<Metadata> {
    const known = this.#metadata.get(file.url) ?? this.#readMetadata(file);
    this.#metadata.set(file.url, known);
    return known;
  }

  async #readProject(name: string): Promise<Project | null> {
    const url = new URL(`simple/${name}/`, this.#server.baseUrl).href;
    const reply = await ask(this.#server, url, INDEX_TYPE);
    return reply && parseProject(await reply.text(), name, url);
  }

  async #readMetadata({
    wheel: { fileName },
    url,
    sha256,
    metadata,
  }: IndexedWheel & { url: string }): Promise<Metadata> {
    const reply = metadata && (await ask(this.#server, `${url}.metadata`));
    if (!reply) return readWheelMetadata(await fetchWheel({ fileName, url, sha256 }, this.#server), fileName);
    const bytes = new Uint8Array(await reply.arrayBuffer());
    if (metadata.sha256 !== null) {
      await checkHash(bytes, { fileName: `${fileName}.metadata`, sha256: metadata.sha256 }, this.#server);
    }
    const parsed = parseMetadata(new TextDecoder().decode(bytes));
    if (!parsed) throw new OkcvmError("bad-archive", `The metadata of ${fileName} cannot be read.`);
    return parsed;
  }
}

type Json = Readonly<Record<string, unknown>>;

/** Reads a PEP 691 page. Errors: OkcvmError `bad-reply`. */
export function parseProject(text: string, name: string, pageUrl: string): Project {
  const { files } = asObject(fromJson(text));
  if (!Array.isArray(files)) throw notIndex();
  const project: Project = { wheels: [], sources: [] };
  for (const file of files.map(asObject)) {
    const { filename } = file;
    if (typeof filename !== "string") throw notIndex();
    const wheel = parseWheelName(filename);
    // A page may list what belongs to another name; nothing of it is this package.
    if (wheel?.name === name) project.wheels.push(parseFile(file, wheel, pageUrl));
    const source = sourceVersion(filename, name);
    if (source !== null) project.sources.push(source);
  }
  return project;
}

function parseFile(file: Json, wheel: WheelName, pageUrl: string): IndexedWheel {
  const { url, hashes, size, yanked, "requires-python": python } = file;
  const metadata = file["core-metadata"] ?? file["dist-info-metadata"];
  return {
    wheel,
    url: typeof url === "string" ? ownAddress(url, pageUrl) : null,
    sha256: sha256Of(hashes),
    size: typeof size === "number" ? size : null,
    requiresPython: typeof python === "string" ? specifierOf(python) : [],
    yanked: typeof yanked === "string" ? yanked : yanked === true ? "" : null,
    metadata: metadata ? { sha256: sha256Of(metadata) } : null,
  };
}

const specifiers = new Map<string, Clause[]>();

/** A page says the same few things of Python again and again. What is no specifier asks for nothing, as pip has it. */
function specifierOf(text: string): Clause[] {
  const found = specifiers.get(text) ?? parseSpecifier(text) ?? [];
  specifiers.set(text, found);
  return found;
}

/** null for an address elsewhere: nothing is fetched but through the server. */
function ownAddress(url: string, pageUrl: string): string | null {
  if (url === "" || !URL.canParse(url, pageUrl)) return null;
  const address = new URL(url, pageUrl);
  return address.origin === new URL(pageUrl).origin ? address.href : null;
}

/** null for a file that is no source distribution of the package. */
function sourceVersion(fileName: string, name: string): string | null {
  const [, base = ""] = /^(.+)\.(?:tar\.gz|zip|tar\.bz2|tgz)$/.exec(fileName) ?? [];
  // The dash between name and version is the last one before a version: names may have dashes, too.
  for (let at = base.lastIndexOf("-"); at > 0; at = base.lastIndexOf("-", at - 1)) {
    const version = base.slice(at + 1);
    if (normalizeName(base.slice(0, at)) === name && isVersion(version)) return version;
  }
  return null;
}

function sha256Of(hashes: unknown): string | null {
  if (typeof hashes !== "object" || hashes === null) return null;
  const { sha256 } = hashes as Json;
  return typeof sha256 === "string" ? sha256.toLowerCase() : null;
}

function asObject(json: unknown): Json {
  if (typeof json !== "object" || json === null) throw notIndex();
  return json as Json;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw notIndex(cause);
    throw cause;
  }
}

function notIndex(cause?: unknown): OkcvmError {
  return new OkcvmError("bad-reply", "The package index's answer cannot be read.", cause);
}
