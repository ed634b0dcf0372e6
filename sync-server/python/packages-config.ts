import { join } from "node:path";
import type { Environment } from "../config-schema.ts";
import type { PrivateHosts } from "../guard/private-hosts.ts";
import { defaultCacheFolder } from "./default-cache-folder.ts";
import type { PackageHosts } from "./package-paths.ts";

/** What the package proxy fetches, and how much of it is kept. */
export interface PythonPackages {
  hosts: PackageHosts;
  /** What may be called although it is private, speaks plain http or has a port of its own: what the operator named. */
  privateHosts: PrivateHosts;
  /** Made when something is first kept. */
  cacheFolder: string;
  cacheBytes: number;
  /** The most one file may be. */
  maxBytes: number;
}

const PYODIDE = "https://cdn.jsdelivr.net/pyodide/v314.0.7/full/";
const INDEX = "https://pypi.org/simple/";
const FILES = "files.pythonhosted.org";
const MEBIBYTE = 1024 * 1024;

/** null when the operator turned it off. */
export function pythonPackages(
  environment: Environment,
  variables: Readonly<Record<string, string | undefined>>,
): PythonPackages | null {
  if (environment.OKCVM_PYTHON_PACKAGES === "off") return null;
  const { OKCVM_PYODIDE_URL: pyodide, OKCVM_PYPI_URL: index, OKCVM_PYPI_FILE_HOSTS: files } = environment;
  const named = [pyodide, index, ...[...(files?.values() ?? [])].map((origin) => new URL(origin))];
  return {
    hosts: {
      pyodide: pyodide ?? new URL(PYODIDE),
      index: index ?? new URL(INDEX),
      fileOrigins: files ?? new Map([[FILES, `https://${FILES}`]]),
    },
    privateHosts: new Set([
      ...(environment.OKCVM_PRIVATE_HOSTS ?? []),
      ...named.filter((url) => url !== undefined).map(hostAndPort),
    ]),
    cacheFolder: join(environment.OKCVM_CACHE_DIR ?? defaultCacheFolder(variables), "python"),
    cacheBytes: environment.OKCVM_PY_CACHE_MB * MEBIBYTE,
    maxBytes: environment.OKCVM_PY_MAX_MB * MEBIBYTE,
  };
}

function hostAndPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
}
