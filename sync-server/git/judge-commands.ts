import { nameInTheWay } from "../../src/domain/git/branch-name.ts";
import { comesAfter } from "./commit-walk.ts";
import type { CommitFacts, ObjectReader } from "./object-reader.ts";
import { filesProblem } from "./openable-files.ts";
import { NO_OBJECT, type RefCommand } from "./receive-request.ts";
import { branchNameProblem, HEADS, inTheWay } from "./ref-name.ts";
import type { Refs } from "./refs.ts";

/** A change of a name with what is wrong with it; null when nothing is. */
export interface JudgedCommand extends RefCommand {
  /** The branch's short name; null for what is none. */
  branch: string | null;
  problem: string | null;
}

/** What can be said of changes before the pack is read. */
export function judgeNames(commands: readonly RefCommand[], refs: Refs): JudgedCommand[] {
  const there = new Map(refs.branches.map(({ name, oid }) => [name, oid]));
  const names = new Set(there.keys());
  const judged = commands.map((command, at): JudgedCommand => {
    const branch = command.ref.startsWith(HEADS) ? command.ref.slice(HEADS.length) : null;
    if (branch === null)
      return { ...command, branch, problem: "only branches (refs/heads/…) can be pushed here" };
    const twice = commands.findIndex(({ ref }) => ref === command.ref) < at;
    const problem = twice ? "named twice" : branchProblem(command, branch, there);
    return { ...command, branch, problem: problem ?? headProblem(command, branch, refs) };
  });
  // Removals first: they make room for names.
  for (const { new: oid, branch, problem } of judged)
    if (oid === NO_OBJECT && problem === null && branch !== null) names.delete(branch);
  for (const command of judged) {
    const { branch, problem } = command;
    if (branch === null || problem !== null || command.new === NO_OBJECT) continue;
    const other = nameInTheWay(branch, names);
    if (other === null) names.add(branch);
    else command.problem = inTheWay(other);
  }
  return judged;
}

function branchProblem(
  { old }: RefCommand,
  branch: string,
  there: ReadonlyMap<string, string>,
): string | null {
  return branchNameProblem(branch) ?? ((there.get(branch) ?? NO_OBJECT) === old ? null : STALE);
}

/** A browser, or another clone, was faster. */
export const STALE = "fetch first";

function headProblem({ new: oid }: RefCommand, branch: string, { head }: Refs): string | null {
  return oid === NO_OBJECT && head.name === branch && head.oid !== null
    ? "the branch that HEAD points to cannot be deleted"
    : null;
}

/** What can be said once the pack was read. `fresh`: its commits. */
export async function judgeCommits(
  commands: JudgedCommand[],
  objects: ObjectReader,
  fresh: ReadonlyMap<string, CommitFacts>,
): Promise<void> {
  const all = {
    commit: async (oid: string): Promise<CommitFacts | null> => fresh.get(oid) ?? objects.commit(oid),
  };
  for (const command of commands) {
    if (command.problem !== null || command.new === NO_OBJECT) continue;
    if (!(await all.commit(command.new))) command.problem = "it leads to no commit that is here";
    else if (
      command.old !== NO_OBJECT &&
      !(await comesAfter(all, { newer: command.new, older: command.old }))
    )
      command.problem = "non-fast-forward: pull first";
  }
}

/** What can be said of the files. `objects`: the pack's, and what is here. */
export async function judgeFiles(commands: JudgedCommand[], objects: ObjectReader): Promise<void> {
  for (const command of commands) {
    if (command.problem !== null || command.new === NO_OBJECT) continue;
    const commit = await objects.commit(command.new);
    const problem = commit && (await filesProblem(objects, commit.tree));
    if (problem) command.problem = `browsers could not open its files. ${problem}`;
  }
}
