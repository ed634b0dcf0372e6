/** Folders and files that can be made again, or belong to one machine: left out unless a .gitignore says otherwise. */
const LEFT_OUT = new Set([
  "node_modules",
  "__pycache__",
  ".cache",
  ".npm",
  ".pnpm-store",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".parcel-cache",
  ".turbo",
  ".venv",
  ".DS_Store",
]);

/** True for a name that is left out by itself. */
export function isLeftOut(name: string): boolean {
  return LEFT_OUT.has(name);
}
