import type { ToolResult } from "../../../src/domain/message.ts";
import { restoreOutputs, type CellOutput } from "../../../src/domain/notebook.ts";
import type { CellCase, Expected } from "./match.ts";
import { mismatch } from "./match.ts";

/** Runs one cell in a page, with `restart` in a new interpreter, and answers its number and outputs. */
export type RunCell = (
  code: string,
  restart: boolean,
) => Promise<{ executionCount: number; outputs: CellOutput[] }>;

/** What outlives a %reset: cases that depend on it get an interpreter of their own. */
const NEEDS_RESTART = /%hist|__future__/;

const CLEAR = "__import__('os').chdir(__import__('okcvm_kernel.state').state.mount)\n%reset -f";

/** Whether what is expected can be seen in a cell's outputs: an update or a clearing is a change of those before it. */
function isSeen(expected: Expected): boolean {
  return !("updated" in expected) && !("cleared" in expected);
}

/** The cases that can be told from outputs alone; a tool takes no empty cell. */
export function seenCases(cases: readonly CellCase[]): CellCase[] {
  return cases.filter((one) =>
    one.cells.every((cell) => cell.code.trim() !== "" && cell.outputs.every(isSeen)),
  );
}

/** Why a case does not hold; empty when it does. It begins without variables and in the mount. */
export async function failureOf(one: CellCase, run: RunCell): Promise<string> {
  const restart = one.cells.some((cell) => NEEDS_RESTART.test(cell.code));
  const base = restart ? 0 : (await run(CLEAR, false)).executionCount;
  for (const [index, cell] of one.cells.entries()) {
    const { outputs } = await run(cell.code, restart && index === 0);
    const wrong = mismatch(outputs, cell.outputs, base);
    if (wrong !== "") return `${one.name}: ${JSON.stringify(cell.code)}: ${wrong}`;
  }
  return "";
}

/** What a cell showed, from the tool's result. */
export function outputsOf(result: ToolResult): { executionCount: number; outputs: CellOutput[] } {
  if (result.data === undefined) throw new Error(result.output);
  const { executionCount, outputs } = result.data as { executionCount: number; outputs: CellOutput[] };
  const images = (result.content ?? []).flatMap((part) => (part.type === "image" ? [part] : []));
  return { executionCount, outputs: restoreOutputs(outputs, images) };
}
