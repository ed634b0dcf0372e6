import { accountTexts } from "../texts/account-texts.ts";

/** What a browser says of itself, newer ones by `brands`. */
export interface BrowserHints {
  userAgent: string;
  /** More than one finger: an iPad says that it is a Mac. */
  touches?: number;
  brands?: readonly { brand: string }[];
  platform?: string;
}

const BRANDS: [RegExp, string][] = [
  [/Edge/, "Edge"],
  [/Opera/, "Opera"],
  [/Brave/, "Brave"],
  [/Vivaldi/, "Vivaldi"],
  [/Samsung/, "Samsung Internet"],
  [/Chrome|Chromium/, "Chrome"],
];

/** By what the user agent holds; the first that fits, for most claim to be others too. */
const AGENTS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\b(?:OPR|Opera|OPT)\//, "Opera"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:Chrome|CriOS|HeadlessChrome|Chromium)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const SYSTEMS: [RegExp, string][] = [
  [/iPhone|iPod/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS|Chrom(?:e|ium) ?OS/, "ChromeOS"],
  [/Windows/, "Windows"],
  [/[Mm]ac ?OS/, "macOS"],
  [/Linux|X11/, "Linux"],
];

/** A name that tells a person's browsers apart: "Chrome on Linux". */
export function guessDeviceName(hints: BrowserHints): string {
  const { userAgent, brands = [], platform = "", touches = 0 } = hints;
  const browser = firstOf(BRANDS, brands.map(({ brand }) => brand).join("; ")) ?? firstOf(AGENTS, userAgent);
  const found = firstOf(SYSTEMS, platform) ?? firstOf(SYSTEMS, userAgent);
  const system = found === "macOS" && touches > 1 ? "iPad" : found;
  if (browser === undefined) return system ?? accountTexts.nameUnknown;
  return system === undefined ? browser : accountTexts.nameOf(browser, system);
}

/** The name of the browser this runs in. */
export function thisDeviceName(): string {
  const { userAgent, maxTouchPoints } = navigator;
  const { userAgentData } = navigator as Navigator & {
    userAgentData?: { brands: { brand: string }[]; platform: string };
  };
  return guessDeviceName({
    userAgent,
    touches: maxTouchPoints,
    ...(userAgentData ? { brands: userAgentData.brands, platform: userAgentData.platform } : {}),
  });
}

function firstOf(known: readonly [RegExp, string][], text: string): string | undefined {
  return known.find(([pattern]) => pattern.test(text))?.[1];
}
