import { describe, expect, it } from "vitest";

import { chooseForRepack } from "../../../src/domain/git/repack-choice.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const packs = (count: number, size: number): { size: number }[] =>
  Array.from({ length: count }, () => ({ size }));
const sizes = (chosen: readonly { size: number }[]): number[] => chosen.map(({ size }) => size);

describe("packs that are put together", () => {
  it("are none while there are few", () => {
    expect(chooseForRepack(packs(20, KIB))).toEqual([]);
    expect(chooseForRepack(packs(40, 2 * MIB))).toEqual([]);
  });

  it("are the small ones, and not what the last round has made", () => {
    expect(chooseForRepack([{ size: 25 * MIB }, ...packs(21, KIB)])).toHaveLength(21);
    expect(chooseForRepack([{ size: 600 * KIB }, ...packs(21, KIB), { size: 2 * MIB }])).toHaveLength(22);
  });

  it("are large ones too when there are many, as much as is moved at once", () => {
    expect(sizes(chooseForRepack(packs(41, 2 * MIB)))).toEqual(sizes(packs(16, 2 * MIB)));
    expect(chooseForRepack(packs(41, 20 * MIB))).toEqual([]);
  });
});
