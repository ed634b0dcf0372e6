import type { Target } from "./environment.ts";
import { isName, normalizeName } from "./names.ts";
import { isVersion } from "./versions.ts";

/** What a wheel's file name says (PEP 427). */
export interface WheelName {
  fileName: string;
  /** Normalised. */
  name: string;
  version: string;
  /** 0 when the name has no build tag. */
  build: number;
  pythons: string[];
  abis: string[];
  platforms: string[];
}

const PARTS = /^([^-]+)-([^-]+)(?:-(\d[^-]*))?-([^-]+)-([^-]+)-([^-]+)\.whl$/;
/** The newest first CPython whose stable ABI is called abi3. */
const FIRST_ABI3 = 2;

/** null for a name that is no wheel's. */
export function parseWheelName(fileName: string): WheelName | null {
  const [, name = "", version = "", build, python = "", abi = "", platform = ""] = PARTS.exec(fileName) ?? [];
  if (!isName(name) || !isVersion(version)) return null;
  return {
    fileName,
    name: normalizeName(name),
    version,
    build: build === undefined ? 0 : Number.parseInt(build, 10),
    pythons: python.toLowerCase().split("."),
    abis: abi.toLowerCase().split("."),
    platforms: platform.toLowerCase().split("."),
  };
}

/** How well a wheel fits: higher is better; null when the interpreter cannot load it. */
export function rankWheel(wheel: WheelName, target: Target): number | null {
  const ranks = wheel.pythons.flatMap((python) =>
    wheel.abis.flatMap((abi) => wheel.platforms.map((platform) => rankTag([python, abi, platform], target))),
  );
  const best = Math.max(...ranks);
  return best < 0 ? null : best;
}

/** True for a wheel that holds code built for another machine. */
export function isNative({ platforms }: WheelName): boolean {
  return !platforms.includes("any");
}

/** -1 for a tag that does not fit. Own builds come before the stable ABI, that before no ABI, that before any platform. */
function rankTag([python, abi, platform]: [string, string, string], target: Target): number {
  const [, kind = "", major = "", minorText] = /^(cp|py)(\d)(\d*)$/.exec(python) ?? [];
  if (major !== "3") return -1;
  const minor = minorText === "" ? 0 : Number(minorText);
  const own = platform === target.platform;
  if (!own && platform !== "any") return -1;
  if (kind === "cp" && abi === `cp3${target.minor}` && own) return minor === target.minor ? 4000 : -1;
  if (kind === "cp" && abi === "abi3" && own) {
    return minor >= FIRST_ABI3 && minor <= target.minor ? 3000 + minor : -1;
  }
  if (abi !== "none") return -1;
  if (kind === "cp" && minor !== target.minor) return -1;
  return minor <= target.minor ? (own ? 2000 : 1000) + minor : -1;
}
