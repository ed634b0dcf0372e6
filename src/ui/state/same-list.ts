/** Whether two lists hold the same in the same order: what is drawn of them then stays as it is. */
export function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}
