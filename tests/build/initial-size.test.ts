import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const app = fileURLToPath(new URL("../../dist/app", import.meta.url));
const BUDGET = 150 * 1024;

/** The page's script and all it imports before it runs. */
function initialScripts(): string[] {
  const page = readFileSync(join(app, "index.html"), "utf8");
  const entries = [...page.matchAll(/<script[^>]+src="([^"]+)"/g)].map((match) => join(app, match[1] ?? ""));
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const text = readFileSync(file, "utf8");
    const imports = text.matchAll(
      /(?:^|[;}\n])\s*(?:import|export)[^;("'`]*?from\s*["'`](\.[^"'`]+)["'`]|(?:^|[;}\n])import\s*["'`](\.[^"'`]+)["'`]/g,
    );
    for (const match of imports) visit(join(dirname(file), match[1] ?? match[2] ?? ""));
  };
  entries.forEach(visit);
  return [...seen];
}

it("loads at most 150 KB of script, gzipped, before the chat is there", () => {
  expect(existsSync(join(app, "index.html")), "run `npm run build` first").toBe(true);
  const sizes = initialScripts().map(
    (file) => [file.slice(app.length + 1), gzipSync(readFileSync(file), { level: 9 }).length] as const,
  );
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(`initial script: ${(total / 1024).toFixed(1)} KB gzip in ${sizes.length} files`);
  expect(sizes.length).toBeGreaterThan(1);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(BUDGET);
});
