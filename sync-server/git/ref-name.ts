export const HEADS = "refs/heads/";
const MAX_BYTES = 255;

/** What is wrong with a branch's name, in words; null when Git takes it. Source: git-check-ref-format. */
export function branchNameProblem(name: string): string | null {
  if (Buffer.byteLength(name) > MAX_BYTES) return `the name is longer than ${MAX_BYTES} bytes`;
  const isBad =
    name === "" ||
    name === "@" ||
    name === "HEAD" ||
    name.startsWith("-") ||
    name.endsWith(".") ||
    name.includes("..") ||
    name.includes("@{") ||
    // U+FFFD stands where the bytes were not UTF-8.
    /[\p{Cc} ~^:?*[\\\uFFFD]/u.test(name) ||
    name.split("/").some((part) => part === "" || part.startsWith(".") || part.endsWith(".lock"));
  return isBad ? "that is no name for a branch" : null;
}

/** Words for a branch that lets no other one be. */
export function inTheWay(other: string): string {
  return `the branch ${other} is in the way of that name`;
}

/** The branch whose name lets no other one be: `a` and `a/b` cannot both be. */
export function nameInTheWay(name: string, others: Iterable<string>): string | null {
  for (const other of others) if (other.startsWith(`${name}/`) || name.startsWith(`${other}/`)) return other;
  return null;
}
