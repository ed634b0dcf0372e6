import { explain } from "@renovatebot/pep440";

/** A version of PEP 440, taken apart. */
export interface VersionParts {
  epoch: number;
  release: readonly number[];
  /** Letter and number of a pre-release. */
  pre: readonly (string | number)[] | null;
  /** Without the local part, in normal form. */
  public: string;
  /** The epoch and the release. */
  base: string;
  isPre: boolean;
  isPost: boolean;
  local: string | null;
  /** What follows the release, so that comparing the numbers one by one gives PEP 440's order. */
  suffix: readonly number[];
}

/** A page of the index may hold thousands of versions, each compared dozens of times. */
const known = new Map<string, VersionParts | null>();
const MAX_KNOWN = 20_000;
const LETTERS = ["a", "b", "rc"];

/** null for a text that is no version. */
export function versionParts(text: string): VersionParts | null {
  const found = known.get(text);
  if (found !== undefined) return found;
  const parts = read(text);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(text, parts);
  return parts;
}

/** Below 0 when `one` is the older. */
export function orderVersions(one: VersionParts, other: VersionParts): number {
  return (
    one.epoch - other.epoch ||
    orderNumbers(one.release, other.release) ||
    orderNumbers(one.suffix, other.suffix) ||
    orderLocals(one.local, other.local)
  );
}

function read(text: string): VersionParts | null {
  // The library's types leave out the nulls.
  const parts = explain(text) as null | {
    epoch: number;
    release: number[];
    pre: [string, number] | null;
    post: number | null;
    dev: number | null;
    local: string | null;
    public: string;
    base_version: string;
  };
  if (!parts) return null;
  const { epoch, release, pre, post, dev, local } = parts;
  // A development release of the release itself comes before its first alpha.
  const none = post === null && dev !== null ? -1 : LETTERS.length;
  const suffix = [pre ? LETTERS.indexOf(pre[0]) : none, pre?.[1] ?? 0, post ?? -1, dev ?? Number.MAX_VALUE];
  return {
    epoch,
    release,
    pre,
    public: parts.public,
    base: parts.base_version,
    isPre: pre !== null || dev !== null,
    isPost: post !== null,
    local,
    suffix,
  };
}

/** Missing numbers are zeros. */
function orderNumbers(one: readonly number[], other: readonly number[]): number {
  for (let at = 0; at < Math.max(one.length, other.length); at += 1) {
    const order = (one[at] ?? 0) - (other[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** No local part before any, texts before numbers, the shorter before what goes on. */
function orderLocals(one: string | null, other: string | null): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  const [left, right] = [one.split("."), other.split(".")];
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const order = orderSegments(left[at] ?? "", right[at] ?? "");
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function orderSegments(one: string, other: string): number {
  const [left, right] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (left && right) return Number(one) - Number(other);
  if (left !== right) return left ? 1 : -1;
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
