import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const src = join(root, "src");

/** The floors of src/: an arrow goes down, never up, and never sideways on floor 3. */
const FLOORS: Record<string, number> = {
  domain: 0,
  ports: 1,
  tools: 2,
  vm: 2,
  sandbox: 3,
  workspace: 3,
  store: 3,
  models: 3,
  sites: 3,
  disk: 3,
  sync: 3,
  ui: 4,
};
const ROOF = new Set([
  "app.ts",
  "open-engine.ts",
  "open-python.ts",
  "main.tsx",
  "index.ts",
  "app-worker.ts",
  "browser-tabs.ts",
  "system-clock.ts",
]);
/** Rooms of floor 2 may look at each other in this direction only. */
const SIDEWAYS = new Set(["vm -> tools"]);
/** The UI knows the machine by its types and the domain; no adapter, no tool. */
const UI_MAY_IMPORT = new Set(["ui", "domain", "ports", "vm"]);
/** Rooms that compile without DOM types and reach the world through ports only. */
const PURE = ["domain", "ports", "tools", "vm"];
const FORBIDDEN_IN_PURE =
  /\b(?:(?:fetch|setTimeout|setInterval)\(|(?:indexedDB|localStorage|sessionStorage|window)\.|document\.(?:body|create|query|getElement))/;
const TOP_LEVEL = [
  "package.json",
  "vite.config.ts",
  "tsconfig.json",
  "spec",
  "src",
  "public",
  "sync-server",
  "tests",
  "README.md",
];

interface Arrow {
  from: string;
  to: string;
  typeOnly: boolean;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function arrowsOf(file: string): Arrow[] {
  const text = readFileSync(file, "utf8");
  const pattern =
    /(?:^|\n)\s*(import|export)\s+(type\s+)?[^;]*?from\s+"([^"]+)"|\bimport\s*\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;
  const arrows: Arrow[] = [];
  for (const match of text.matchAll(pattern)) {
    const target = (match[3] ?? match[4] ?? match[5] ?? "").replace(/\?.*$/, "");
    if (target.startsWith("."))
      arrows.push({ from: file, to: resolve(dirname(file), target), typeOnly: match[2] !== undefined });
  }
  return arrows;
}

function roomOf(file: string): string {
  return relative(src, file).split("/")[0] ?? "";
}

const files = filesIn(src);
const arrows = files.flatMap(arrowsOf).filter((arrow) => arrow.to.startsWith(`${src}/`));
const show = (arrow: Arrow): string => `${relative(root, arrow.from)} -> ${relative(root, arrow.to)}`;

describe("the house", () => {
  it("has the top level it was given", () => {
    const missing = TOP_LEVEL.filter((name) => !statSync(join(root, name), { throwIfNoEntry: false }));
    expect(missing).toEqual([]);
  });

  it("has only known rooms and a small roof", () => {
    const rooms = new Set(files.map(roomOf));
    expect([...rooms].filter((room) => !(room in FLOORS) && !ROOF.has(room))).toEqual([]);
  });

  it("imports only files that exist, with their extension", () => {
    expect(
      arrows.filter((arrow) => !statSync(arrow.to, { throwIfNoEntry: false })?.isFile()).map(show),
    ).toEqual([]);
  });

  it("has arrows that go down only", () => {
    const wrong = arrows.filter((arrow) => {
      const [from, to] = [roomOf(arrow.from), roomOf(arrow.to)];
      if (ROOF.has(from)) return false;
      if (ROOF.has(to)) return true;
      if (from === to || SIDEWAYS.has(`${from} -> ${to}`)) return false;
      // The API's types name a tool's shape, which names ports only.
      return (FLOORS[to] ?? 9) >= (FLOORS[from] ?? -1);
    });
    expect(wrong.map(show)).toEqual([]);
  });

  it("keeps adapters out of the UI", () => {
    const wrong = arrows.filter(
      (arrow) => roomOf(arrow.from) === "ui" && !UI_MAY_IMPORT.has(roomOf(arrow.to)),
    );
    const values = arrows.filter(
      (arrow) => roomOf(arrow.from) === "ui" && roomOf(arrow.to) === "vm" && !arrow.typeOnly,
    );
    expect([...wrong, ...values].map(show)).toEqual([]);
  });

  it("has no cycle of imports", () => {
    const next = new Map<string, string[]>();
    for (const arrow of arrows)
      if (!arrow.typeOnly) next.set(arrow.from, [...(next.get(arrow.from) ?? []), arrow.to]);
    expect(findCycle(next)).toBeNull();
  });

  it("reaches the platform from the pure rooms through ports only", () => {
    const wrong = files
      .filter((file) => PURE.includes(roomOf(file)))
      .filter((file) => FORBIDDEN_IN_PURE.test(withoutComments(readFileSync(file, "utf8"))));
    expect(wrong.map((file) => relative(root, file))).toEqual([]);
  });

  it("names files in kebab case and exports by name", () => {
    const names = files.map((file) => relative(src, file)).filter((file) => !/^[a-z0-9/.-]+$/.test(file));
    expect(names).toEqual([]);
  });

  it("has one file a tool, named after it", () => {
    const named = new Set(
      (
        JSON.parse(readFileSync(join(root, "spec/tools.json"), "utf8")) as { tools: { name: string }[] }
      ).tools.map((tool) => tool.name.replace(/^mshtools-/, "").replaceAll("_", "-")),
    );
    const toolFiles = files.filter((file) => /^tools\/[^/]+\/[^/]+$/.test(relative(src, file)));
    const strangers = toolFiles.filter(
      (file) => !named.has((file.split("/").at(-1) ?? "").replace(/\.ts$/, "")),
    );
    expect(strangers.map((file) => relative(root, file))).toEqual([]);
    expect(toolFiles.length).toBeGreaterThan(0);
  });

  it("lets the server use the domain and nothing else of src", () => {
    const wrong = filesIn(join(root, "sync-server"))
      .flatMap(arrowsOf)
      .filter((arrow) => arrow.to.startsWith(`${src}/`) && roomOf(arrow.to) !== "domain");
    expect(wrong.map(show)).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""');
}

function findCycle(next: Map<string, string[]>): string[] | null {
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): string[] | null => {
    if (trail.includes(file))
      return [...trail.slice(trail.indexOf(file)), file].map((one) => relative(root, one));
    if (done.has(file)) return null;
    for (const to of next.get(file) ?? []) {
      const cycle = visit(to, [...trail, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of next.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return null;
}
