import { decodePercent } from "../parse.ts";

/** Where the package proxy may fetch from. */
export interface PackageHosts {
  /** The folder of Pyodide's own builds; ends with a slash. */
  pyodide: URL;
  /** A simple index; ends with a slash. */
  index: URL;
  /** Hosts that files are fetched from, with a port where there is one, and the origin each stands for. */
  fileOrigins: ReadonlyMap<string, string>;
}

const FILE = /^[A-Za-z0-9._+-]+$/;
/** What a segment of a file's path may hold: nothing that any server reads in two ways. */
const SEGMENT = /^[A-Za-z0-9_+!~@,=-][A-Za-z0-9._+!~@,=-]*$/;
const WHEEL = /\.whl(\.metadata)?$/;
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** One of Pyodide's builds by its file name; null for a name that is not plain. */
export function pyodideFile(name: string, hosts: PackageHosts): URL | null {
  if (!FILE.test(name) || name.startsWith(".") || name.includes("..")) return null;
  return new URL(name, hosts.pyodide);
}

/** The index page of a package; null for a name that is not normalised as PEP 503 says. */
export function indexPage(name: string, hosts: PackageHosts): URL | null {
  if (!NAME.test(name) || name.includes("--") || name.length > 128) return null;
  return new URL(`${name}/`, hosts.index);
}

/** `<host>/<path>` as `/py/files/` takes it. other-host: a host that is not let through. null: no plain path of a wheel. */
export function wheelFile(path: string, hosts: PackageHosts): URL | "other-host" | null {
  const [host = "", ...segments] = path.split("/");
  if (segments.length === 0 || !segments.every(isPlain) || !WHEEL.test(segments.at(-1) ?? "")) return null;
  const origin = originOf(host.toLowerCase(), hosts);
  return origin === null ? "other-host" : new URL(`${origin}/${segments.join("/")}`);
}

/** The same-origin path for a file an index names; null when it is none that `wheelFile` takes. */
export function proxiedPath(file: URL, hosts: PackageHosts): string | null {
  const segments = decodePercent(file.pathname)?.slice(1).split("/");
  if (!segments?.every(isPlain) || file.search !== "") return null;
  return originOf(file.host, hosts) === file.origin ? `/py/files/${file.host}/${segments.join("/")}` : null;
}

function originOf(host: string, { index, fileOrigins }: PackageHosts): string | null {
  return fileOrigins.get(host) ?? (host === index.host ? index.origin : null);
}

function isPlain(segment: string): boolean {
  return SEGMENT.test(segment) && !segment.includes("..");
}
