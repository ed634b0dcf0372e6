import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { lstatSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A tree as the protocol carries it: folders, files (`b`: one character a byte) and links. */
export type WireTree =
  | { d: Record<string, WireTree> }
  | { f: { c: string; b?: boolean } }
  | { f: { l: string } };

/** Writes a tree over what is there. */
export function writeTree(at: string, tree: WireTree): void {
  if ("d" in tree) {
    mkdirSync(at, { recursive: true });
    for (const [name, child] of Object.entries(tree.d)) writeTree(join(at, name), child);
  } else if ("l" in tree.f) {
    rmSync(at, { force: true });
    symlinkSync(tree.f.l, at);
  } else writeFileSync(at, tree.f.b === true ? Buffer.from(tree.f.c, "latin1") : tree.f.c);
}

export function readTree(at: string): WireTree {
  const stat = lstatSync(at);
  if (stat.isSymbolicLink()) return { f: { l: readlinkSync(at) } };
  if (!stat.isDirectory()) return { f: { c: readFileSync(at).toString("latin1"), b: true } };
  const names = readdirSync(at);
  return { d: Object.fromEntries(names.map((name) => [name, readTree(join(at, name))])) };
}
