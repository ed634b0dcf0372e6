import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { buildSoak, type SoakBuild } from "./build.ts";
import type { DatabaseName } from "./databases.ts";
import { MUTANTS, type Mutant } from "./mutants.ts";

/** Seeds of each mutant. */
const MUTANT_SEEDS = 20;
const DEFAULT_SEEDS = 1_000;

export interface Seeds {
  database: DatabaseName;
  first: number;
  last: number;
  mutant?: Mutant | null;
  /** Whether what is said goes to standard output too. */
  print?: boolean;
  more?: string[];
  /** What was built before, when it is used more than once; without `mutant`. */
  built?: SoakBuild;
}

export interface Counts {
  green: number;
  red: number;
  said: string;
}

/** Builds what is to be run, runs scenarios over it in a process of their own, and counts how they ended. */
export async function runSeeds(seeds: Seeds): Promise<Counts> {
  const { database, first, last, mutant = null, print = false, more = [] } = seeds;
  const { folder, runner } = seeds.built ?? (await buildSoak(mutant));
  try {
    const words = [runner, folder, database, String(first), String(last), ...more];
    const { said, code } = await run(mutant?.restore ? [...words, "restore"] : words, print);
    const count = (how: string): number =>
      said.split("\n").filter((line) => line.startsWith(`${how} `)).length;
    const counts = { green: count("green"), red: count("red"), said };
    if (counts.green + counts.red !== last - first + 1)
      throw new Error(`The scenarios ended early, with ${code}:\n${said}`);
    return counts;
  } finally {
    if (!seeds.built) rmSync(folder, { recursive: true, force: true });
  }
}

function run(words: string[], print: boolean): Promise<{ said: string; code: number | null }> {
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const take = (chunk: Buffer): void => {
    said += chunk.toString();
    if (print) process.stdout.write(chunk);
  };
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const stop = (): boolean => child.kill("SIGTERM");
  process.once("exit", stop);
  return new Promise((resolve) =>
    child.once("close", (code) => {
      process.off("exit", stop);
      resolve({ said, code });
    }),
  );
}

interface Options {
  seeds: number;
  from: number;
  databases: DatabaseName[];
  mutants: string | null;
}

/** `npm run soak`. Answers the exit code. */
export async function main(words: readonly string[]): Promise<number> {
  const options = readWords(words);
  if (typeof options === "string") {
    console.error(options);
    return 2;
  }
  return options.mutants === null ? soak(options) : tryMutants(options, options.mutants);
}

async function soak({ seeds, from, databases }: Options): Promise<number> {
  let allRed = 0;
  const built = await buildSoak();
  for (const database of databases) {
    const { green, red } = await runSeeds({
      built,
      database,
      first: from,
      last: from + seeds - 1,
      print: true,
    });
    console.log(`\n${database}: ${green} green, ${red} red of ${seeds} seeds`);
    allRed += red;
  }
  rmSync(built.folder, { recursive: true, force: true });
  return allRed === 0 ? 0 : 1;
}

/** Prints a table of how many of a mutant's seeds were red. */
async function tryMutants(options: Options, only: string): Promise<number> {
  const { seeds, from, databases } = options;
  let missed = 0;
  console.log("| side | mutant | database | caught |\n| --- | --- | --- | --- |");
  const named = MUTANTS.filter(({ name }) => name.includes(only));
  // Without a mistake everything is green, in as much haste.
  const tried: (Mutant | null)[] = only === "" || only === "none" ? [null, ...named] : named;
  for (const mutant of tried)
    for (const database of databases) {
      if (mutant?.restore && database !== "sqlite") continue;
      const last = from + seeds - 1;
      const { red } = await runSeeds({ database, first: from, last, mutant, more: ["hasty"] });
      // One in twenty may get away.
      const isRight = mutant === null ? red === 0 : red >= Math.ceil(seeds * 0.95);
      if (!isRight) missed += 1;
      console.log(`| ${mutant?.side ?? ""} | ${mutant?.name ?? "none"} | ${database} | ${red} of ${seeds} |`);
    }
  return missed === 0 ? 0 : 1;
}

const USAGE =
  "Usage: npm run soak -- [--seeds 1000] [--from 1] [--database sqlite|mariadb] [--mutants [part of a name, or none]]";

function readWords(words: readonly string[]): Options | string {
  const left = [...words];
  const options: Options = { seeds: 0, from: 1, databases: ["sqlite", "mariadb"], mutants: null };
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    if (word === "--seeds" || word === "--from") {
      const number = Number(left.shift());
      if (!Number.isSafeInteger(number) || number < 1) return USAGE;
      options[word === "--seeds" ? "seeds" : "from"] = number;
    } else if (word === "--database") {
      const name = left.shift();
      if (name !== "sqlite" && name !== "mariadb") return USAGE;
      options.databases = [name];
    } else if (word === "--mutants") {
      const [next] = left;
      options.mutants = next === undefined || next.startsWith("--") ? "" : (left.shift() ?? "");
    } else return USAGE;
  }
  options.seeds ||= options.mutants === null ? DEFAULT_SEEDS : MUTANT_SEEDS;
  return options;
}
