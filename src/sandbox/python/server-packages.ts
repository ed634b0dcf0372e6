import { bytesToHex } from "@noble/hashes/utils.js";

import { toErrorValue } from "../../domain/errors.ts";
import { DEVICE_HEADER, type OwnServer } from "../../domain/own-server.ts";
import type { Workspace } from "../../ports/workspace.ts";
import type { FoundPackages, PackageProgress, PackageSource, PipInstall } from "./package-source.ts";
import { neededForImports } from "./packages/auto-install.ts";
import { fetchWheel, type WheelToFetch } from "./packages/fetch-wheel.ts";
import { parseLock, type LockedPackage, type PackageLock } from "./packages/lock.ts";
import { buildUrl, type PackageServer } from "./packages/package-server.ts";
import { readInstallArguments } from "./packages/pip-arguments.ts";
import { resolveInstall, type InstallPlan, type PlannedPackage } from "./packages/resolve.ts";
import type { Wheel } from "./wire.ts";

export interface ServerPackagesParts {
  /** The OKCVM server, through which packages come. */
  server: OwnServer;
  /** Pyodide's lock file, as text. */
  lock(): Promise<string>;
  workspace: Workspace;
}

/** A download that takes longer tells how far it is, this often. Milliseconds. */
const TELL_EVERY_MS = 1_000;

/** Packages through the app's own server: Pyodide's builds by its lock, other wheels from the index. */
export class ServerPackages implements PackageSource {
  readonly #parts: ServerPackagesParts;
  /** Names of what was put into the running interpreter, normalised. */
  readonly #installed = new Set<string>();
  /** What `%pip install` put in: an interpreter that is started anew gets it again when it is wanted. */
  readonly #wanted = new Map<string, PlannedPackage>();
  #lock: Promise<PackageLock> | null = null;

  constructor(parts: ServerPackagesParts) {
    this.#parts = parts;
  }

  reset(): void {
    this.#installed.clear();
  }

  async forImports(modules: readonly string[], on: PackageProgress): Promise<FoundPackages> {
    const lock = await this.#readLock();
    const found: FoundPackages = { wheels: [], failures: [] };
    const again = [...this.#wanted.values()].filter(({ name }) => !this.#installed.has(name));
    if (again.length > 0) await this.#take(again.map(planned), found, on);
    const { locked, fromIndex } = neededForImports(modules, lock, this.#installed);
    await this.#take(
      locked.map((one) => build(one, this.#server(on))),
      found,
      on,
    );
    if (fromIndex.length === 0) return found;
    try {
      const plan = await this.#plan({ words: fromIndex, cwd: this.#parts.workspace.root, installed: [] }, on);
      await this.#take(plan.packages.map(planned), found, on);
    } catch (error) {
      on.signal.throwIfAborted();
      found.failures.push(toErrorValue(error).message);
    }
    return found;
  }

  async forRequirements(
    asked: PipInstall,
    on: PackageProgress,
  ): Promise<{ wheels: Wheel[]; installed: string[]; alreadyThere: string[]; notes: string[] }> {
    const plan = await this.#plan(asked, on);
    const wheels: Wheel[] = [];
    // All of it or nothing: half a set of packages that need each other is of no use.
    for (const one of plan.packages) wheels.push(await this.#fetch(planned(one), on));
    for (const one of plan.packages) {
      this.#installed.add(one.name);
      this.#wanted.set(one.name, one);
    }
    return {
      wheels,
      installed: plan.packages.map(({ name, version }) => `${name}-${version}`),
      alreadyThere: plan.satisfied.map(({ name, version }) => `${name} ${version}`),
      notes: plan.notes,
    };
  }

  async #plan({ words, cwd, installed }: PipInstall, on: PackageProgress): Promise<InstallPlan> {
    const { workspace } = this.#parts;
    const request = await readInstallArguments(words, (path) => workspace.readText(path), cwd);
    on.onProgress(`Looking for ${request.wanted.map(({ text }) => text).join(", ")}`);
    return resolveInstall(request, {
      server: this.#server(on),
      lock: await this.#readLock(),
      installed,
      readFile: (path) => workspace.readBytes(path),
    });
  }

  /** Fetches what it can; what cannot be had is named, and the rest goes in all the same. */
  async #take(files: readonly PackageFile[], found: FoundPackages, on: PackageProgress): Promise<void> {
    for (const file of files) {
      try {
        found.wheels.push(await this.#fetch(file, on));
        this.#installed.add(file.name);
      } catch (error) {
        on.signal.throwIfAborted();
        found.failures.push(`${file.name} could not be loaded: ${toErrorValue(error).message}`);
      }
    }
  }

  async #fetch(file: PackageFile, on: PackageProgress): Promise<Wheel> {
    const bytes = file.isPath
      ? await this.#parts.workspace.readBytes(file.url)
      : await fetchWheel(file, this.#server(on), progress(file, on));
    const exact = bytes.slice();
    const { name: packageName, fileName, locked, replaces } = file;
    return { packageName, fileName, locked, replaces, bytes: exact.buffer };
  }

  #server({ signal }: PackageProgress): PackageServer {
    const { server } = this.#parts;
    return {
      fetch: async (url, init) => {
        const token = await server.device();
        const headers = { ...init.headers, ...(token === null ? {} : { [DEVICE_HEADER]: token }) };
        return fetch(url, { ...init, headers });
      },
      baseUrl: `${server.origin}/py/`,
      sha256: async (bytes) =>
        bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>))),
      signal,
    };
  }

  #readLock(): Promise<PackageLock> {
    this.#lock ??= this.#parts.lock().then((text) => parseLock(JSON.parse(text)));
    this.#lock.catch(() => {
      this.#lock = null;
    });
    return this.#lock;
  }
}

interface PackageFile extends WheelToFetch {
  name: string;
  version: string;
  /** True for a build of Pyodide's. */
  locked: boolean;
  /** True when `url` is a path in the workspace. */
  isPath: boolean;
  /** The installed version that goes first. */
  replaces: string | null;
}

function build(one: LockedPackage, server: PackageServer): PackageFile {
  const { name, version, fileName, sha256 } = one;
  const url = buildUrl(server, fileName);
  return { name, version, fileName, url, sha256, locked: true, isPath: false, replaces: null };
}

function planned(one: PlannedPackage): PackageFile {
  const { name, version, fileName, url, sha256, source, replaces } = one;
  const locked = source === "lock";
  return { name, version, fileName, url, sha256, locked, isPath: source === "path", replaces };
}

/** Tells how far a download is: its start, and then now and again. */
function progress(file: PackageFile, on: PackageProgress): (bytes: number, total: number | null) => void {
  on.onProgress(`Downloading ${file.name} ${file.version}`);
  let told = Date.now();
  return (bytes, total) => {
    if (Date.now() - told < TELL_EVERY_MS) return;
    told = Date.now();
    const of = total === null ? "" : ` of ${megabytes(total)}`;
    on.onProgress(`Downloading ${file.name} ${file.version}: ${megabytes(bytes)}${of} MB`);
  };
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
