const MAX_BYTES = 255;
export const NO_NAME = "that is no name for a branch";

/** What is wrong with a branch's name, in words; null when Git takes it. Source: git-check-ref-format. */
export function branchNameProblem(name: string): string | null {
  if (new TextEncoder().encode(name).length > MAX_BYTES) return `the name is longer than ${MAX_BYTES} bytes`;
  const isBad =
    name === "@" ||
    name === "HEAD" ||
    name.startsWith("-") ||
    name.endsWith(".") ||
    name.includes("..") ||
    name.includes("@{") ||
    /[\p{Cc} ~^:?*[\\]/u.test(name) ||
    !name.isWellFormed() ||
    name.split("/").some((part) => part === "" || part.startsWith(".") || part.endsWith(".lock"));
  return isBad ? NO_NAME : null;
}

/** The branch whose name lets no other one be: `a` and `a/b` cannot both be. */
export function nameInTheWay(name: string, others: Iterable<string>): string | null {
  for (const other of others) if (other.startsWith(`${name}/`) || name.startsWith(`${other}/`)) return other;
  return null;
}
