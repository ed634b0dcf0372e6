import { OkcvmError } from "../../domain/errors.ts";

/** As the server has it. */
const MAX_BYTES = 255;

/**
 * Checks a branch name by Git's own rules (git-check-ref-format), and that it
 * can lie beside the others: `a` and `a/b` cannot both be. Errors: `bad-arguments`.
 */
export function checkBranchName(name: string, others: readonly string[]): void {
  const refused = /[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^\/|^-/u.test(name);
  const parts = name.split("/");
  const isLong = new TextEncoder().encode(name).length > MAX_BYTES;
  if (
    refused ||
    isLong ||
    name === "" ||
    name === "@" ||
    name === "HEAD" ||
    !name.isWellFormed() ||
    parts.some(isBadPart)
  ) {
    throw new OkcvmError("bad-arguments", `Git does not take ${JSON.stringify(name)} as a branch name.`);
  }
  const clash = others.find((other) => other.startsWith(`${name}/`) || name.startsWith(`${other}/`));
  if (clash !== undefined)
    throw new OkcvmError("bad-arguments", `The branch ${name} cannot be beside the branch ${clash}.`);
}

function isBadPart(part: string): boolean {
  return part === "" || part.startsWith(".") || part.endsWith(".lock");
}
