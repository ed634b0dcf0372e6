const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

/** A package's name as PEP 503 compares it: `Foo._Bar` is `foo-bar`. */
export function normalizeName(name: string): string {
  return name.replaceAll(/[-_.]+/g, "-").toLowerCase();
}

/** True for a name, or an extra's, that PEP 508 allows. */
export function isName(text: string): boolean {
  return NAME.test(text);
}
