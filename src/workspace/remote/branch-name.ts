import { OkcvmError } from "../../domain/errors.ts";

/** Checks a branch's short name by Git's rules (git-check-ref-format). Errors: `bad-arguments`. */
export function checkBranchName(name: string): string {
  const parts = name.split("/");
  const bad =
    name === "@" ||
    name.startsWith("-") ||
    name.endsWith(".") ||
    /[\s\p{Cc}~^:?*[\\]|\.\.|@\{/u.test(name) ||
    parts.some((part) => part === "" || part.startsWith(".") || part.endsWith(".lock"));
  if (!bad) return name;
  throw new OkcvmError(
    "bad-arguments",
    `Git takes no branch of the name ${JSON.stringify(name)}. Use letters, digits, "-", "_" and "/", such as main or fix/login.`,
  );
}
