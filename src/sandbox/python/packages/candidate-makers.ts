import type { Candidate, Needs } from "./candidate.ts";
import type { MarkerEnvironment, Target } from "./environment.ts";
import { fetchWheel } from "./fetch-wheel.ts";
import type { LockedPackage } from "./lock.ts";
import { evaluateMarker } from "./marker.ts";
import type { Metadata } from "./metadata.ts";
import type { IndexedWheel, PackageIndex } from "./package-index.ts";
import { buildUrl, type PackageServer } from "./package-server.ts";
import { parseRequirement, type Requirement } from "./requirement.ts";
import { readWheelMetadata } from "./wheel-metadata.ts";

/** A package that the interpreter has. */
export interface InstalledPackage {
  name: string;
  version: string;
  /** Its Requires-Dist lines, as importlib.metadata gives them. */
  requires: readonly string[];
}

/** What candidates are made with. */
export interface Workshop {
  server: PackageServer;
  index: PackageIndex;
  target: Target;
  /** Reads a file of the workspace. */
  readFile: (path: string) => Promise<Uint8Array>;
}

const EMPTY = { fileName: "", url: "", sha256: null, size: null };

/** What is there already. */
export function installedCandidate(
  installed: InstalledPackage,
  name: string,
  { target }: Workshop,
): Candidate {
  return {
    ...EMPTY,
    name,
    version: installed.version,
    source: "installed",
    async needs(extras) {
      const requires = installed.requires.map(parseRequirement).filter((one) => one !== null);
      return { requires: applying(requires, target.markers, extras), unreadable: [], unknownExtras: [] };
    },
  };
}

/** A build of Pyodide's. What it needs is in the lock; what its extras need, only in the wheel. */
export function lockedCandidate(locked: LockedPackage, { server, target }: Workshop): Candidate {
  const { name, version, fileName, sha256 } = locked;
  const url = buildUrl(server, fileName);
  const own = locked.depends.map((depends) => bare(depends));
  return {
    name,
    version,
    source: "lock",
    fileName,
    url,
    sha256,
    size: null,
    async needs(extras) {
      if (extras.size === 0) return { requires: own, unreadable: [], unknownExtras: [] };
      const metadata = readWheelMetadata(await fetchWheel({ fileName, url, sha256 }, server), fileName);
      const without = new Set(applying(metadata.requires, target.markers, new Set()));
      const { requires, unknownExtras } = needsOf(metadata, target.markers, extras);
      return {
        requires: [...own, ...requires.filter((one) => !without.has(one))],
        unreadable: [],
        unknownExtras,
      };
    },
  };
}

/** A wheel of the index. */
export function indexedCandidate(
  file: IndexedWheel & { url: string },
  { index, target }: Workshop,
): Candidate {
  const { wheel, url, sha256, size } = file;
  return {
    name: wheel.name,
    version: wheel.version,
    source: "index",
    fileName: wheel.fileName,
    url,
    sha256,
    size,
    needs: async (extras) => needsOf(await index.metadata(file), target.markers, extras),
  };
}

/** Those whose markers hold. */
function applying(requires: readonly Requirement[], markers: MarkerEnvironment, extras: ReadonlySet<string>) {
  return requires.filter(({ marker }) => marker === null || evaluateMarker(marker, markers, extras));
}

/** What a wheel needs when these extras are asked for. */
export function needsOf(metadata: Metadata, markers: MarkerEnvironment, extras: ReadonlySet<string>): Needs {
  return {
    requires: applying(metadata.requires, markers, extras),
    unreadable: metadata.unreadable,
    unknownExtras: [...extras].filter((extra) => !metadata.extras.includes(extra)),
  };
}

function bare(name: string): Requirement {
  return { name, extras: [], specifier: [], url: null, marker: null };
}
