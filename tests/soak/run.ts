import { startDatabases, type DatabaseName } from "./databases.ts";
import { runScenario } from "./scenario.ts";

/**
 * Runs scenarios one after another, each a line: the program that main.ts
 * bundles. Words: server folder, database, first seed, last seed, and what is
 * different: `restore` in each, `hasty`.
 */
const [serverFolder = "", database = "sqlite", first = "1", last = "1", ...more] = process.argv.slice(2);

/** Of SQLite, every third scenario is set back to a backup. */
const RESTORE_EVERY = 3;

// A scenario looks at them while it runs; what pages of one that is over still say is of no interest.
process.on("unhandledRejection", () => {});
process.removeAllListeners("warning");

const source = await startDatabases(database as DatabaseName);
let red = 0;
for (let seed = Number(first); seed <= Number(last); seed += 1) {
  const restore = database === "sqlite" && (more.includes("restore") || seed % RESTORE_EVERY === 0);
  const plan = {
    seed,
    database: database as DatabaseName,
    restore,
    hasty: more.includes("hasty"),
  };
  const { problems, counts, phases, ms } = await runScenario(plan, { source, serverFolder });
  if (problems.length > 0) red += 1;
  const words = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  const how = restore ? " restore" : "";
  console.log(
    `${problems.length === 0 ? "green" : "red"} seed=${seed} ${database}${how}: ${words.join(", ")}, ${(ms / 1000).toFixed(1)} s (${phases.join(", ")})`,
  );
  for (const problem of problems.slice(0, 8)) console.log(`  ${problem}`);
  if (problems.length > 8) console.log(`  and ${problems.length - 8} more`);
}
await source.stop();
process.exit(red === 0 ? 0 : 1);
