import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildSoak, type SoakBuild } from "../../soak/build.ts";
import { runSeeds } from "../../soak/main.ts";
import { MUTANTS } from "../../soak/mutants.ts";

const root = resolve(import.meta.dirname, "../../..");
const SEEDS = 2;
const MUTANT_SEEDS = 1;
/** One of each side, both caught early in a scenario. */
const PLANTED = ["numbers in a transaction of their own", "an answer takes off what was changed meanwhile"];

/** A few seeds of `npm run soak`; docs/proof.md says what they do. */
describe("sync loses nothing", () => {
  let built: SoakBuild;

  beforeAll(async () => {
    built = await buildSoak();
  }, 120_000);
  afterAll(() => {
    if (built) rmSync(built.folder, { recursive: true, force: true });
  });

  it.each(["sqlite", "mariadb"] as const)(
    "on %s",
    async (database) => {
      const { green, said } = await runSeeds({ built, database, first: 1, last: SEEDS });
      expect(green, said).toBe(SEEDS);
    },
    300_000,
  );

  it.each(MUTANTS.filter(({ name }) => PLANTED.includes(name)))(
    "and a mistake is seen: $name",
    async (mutant) => {
      const seeds = { database: "sqlite", first: 1, last: MUTANT_SEEDS } as const;
      const { red, said } = await runSeeds({ ...seeds, mutant, more: ["hasty"] });
      expect(red, said).toBe(MUTANT_SEEDS);
    },
    300_000,
  );

  it("and each mistake can still be planted", () => {
    const lost = MUTANTS.filter(({ file, find }) => {
      return readFileSync(join(root, file), "utf8").split(find).length !== 2;
    });
    expect(lost.map(({ name, file }) => `${name}: ${file}`)).toEqual([]);
  });
});
