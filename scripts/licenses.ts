import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Locked {
  version: string;
  license?: string;
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
}

/** A package that is shipped. */
export interface Shipped {
  name: string;
  version: string;
  /** SPDX expression. */
  license: string;
  /** The texts it brings; empty when it brings none. */
  texts: string[];
  /** Where its source is. */
  source: string;
}

const LICENSE_FILE = /^(?:licen[cs]e|notice|copying|ofl)/i;

/** Every package that is not for development alone, by name; optional ones are native helpers of Node, and not shipped. */
export function shippedPackages(root: string): Shipped[] {
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked>;
  };
  const shipped: Shipped[] = [];
  for (const [path, { version, license, dev, devOptional, optional }] of Object.entries(lock.packages)) {
    const folder = join(root, path);
    if (path === "" || dev || devOptional || optional) continue;
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      license?: string;
      homepage?: string;
      repository?: string | { url: string };
    };
    const repository = typeof about.repository === "string" ? about.repository : about.repository?.url;
    shipped.push({
      name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
      version,
      license: license ?? about.license ?? "unknown",
      texts: readdirSync(folder)
        .filter((name) => LICENSE_FILE.test(name))
        .map((name) => readFileSync(join(folder, name), "utf8").trim()),
      source: repository ?? about.homepage ?? "its package on npm",
    });
  }
  return shipped.toSorted((a, b) => a.name.localeCompare(b.name));
}

/** What is shipped beside packages' own code, in words. */
const BESIDES = `CPython's standard library (python_stdlib.zip) comes with Pyodide, unmodified.
Licence: Python Software Foundation License Version 2, https://docs.python.org/3/license.html`;

/** The notices that the licences of what is shipped ask for, as one text. */
export function licenseNotices(root: string): string {
  const rule = "=".repeat(72);
  const parts = shippedPackages(root).map(({ name, version, license, texts, source }) =>
    [
      `${name} ${version}`,
      `Licence: ${license}`,
      `Source: ${source}`,
      ...texts.map((text) => `\n${text}`),
    ].join("\n"),
  );
  return `${["OKCVM is made with the packages below. They are shipped unmodified.", BESIDES, ...parts].join(`\n\n${rule}\n`)}\n`;
}
