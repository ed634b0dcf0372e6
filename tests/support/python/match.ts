import type { CellEvent } from "../../../src/domain/notebook.ts";

/** Text that must be equal, or match. */
export type Text = string | RegExp;

/** What one output must be. In texts the cells of a case are numbered from 1, wherever its kernel began. */
export type Expected =
  | { stdout: Text }
  | { stderr: Text }
  | { result: Text; mime?: Record<string, Text> }
  | { shown: Record<string, Text>; id?: Text }
  | { updated: Record<string, Text> }
  | { error: string; says?: Text; trace?: Text }
  | { cleared: boolean };

export interface CellStep {
  code: string;
  outputs: Expected[];
}

export interface CellCase {
  name: string;
  cells: CellStep[];
}

/** Why the outputs of a cell are not the expected ones; empty when they are. `base` cells ran before the case. */
export function mismatch(outputs: CellEvent[], expected: Expected[], base: number): string {
  const own = joined(outputs).map((output) => renumbered(output, base));
  const shown = JSON.stringify(own, null, 1);
  if (own.length !== expected.length) return `expected ${expected.length} outputs, got ${shown}`;
  for (const [index, want] of expected.entries()) {
    const got = own[index];
    if (got === undefined || !matches(got, want)) {
      return `output ${index + 1}: expected ${describe(want)}, got ${JSON.stringify(got, null, 1)}`;
    }
  }
  return "";
}

/** Neighbouring pieces of one stream are one output, however they were cut. */
function joined(outputs: CellEvent[]): CellEvent[] {
  const result: CellEvent[] = [];
  for (const output of outputs) {
    const last = result.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
    } else result.push({ ...output });
  }
  return result;
}

function renumbered(output: CellEvent, base: number): CellEvent {
  const text = JSON.stringify(output).replace(/In\[(\d+)\]/g, (_, n: string) => `In[${Number(n) - base}]`);
  return JSON.parse(text) as CellEvent;
}

function describe(want: Expected): string {
  return JSON.stringify(want, (_, value: unknown) => (value instanceof RegExp ? String(value) : value));
}

function fits(text: unknown, want: Text | undefined): boolean {
  if (want === undefined) return true;
  const got = typeof text === "string" ? text : JSON.stringify(text);
  return typeof want === "string" ? got === want : want.test(got);
}

function fitsAll(data: Record<string, unknown>, want: Record<string, Text>): boolean {
  return Object.entries(want).every(([mime, text]) => mime in data && fits(data[mime], text));
}

function matches(got: CellEvent, want: Expected): boolean {
  if ("stdout" in want) return isStream(got, "stdout", want.stdout);
  if ("stderr" in want) return isStream(got, "stderr", want.stderr);
  if ("cleared" in want) return got.output_type === "clear_output" && got.wait === want.cleared;
  if ("error" in want) {
    const isError = got.output_type === "error" && got.ename === want.error;
    return isError && fits(got.evalue, want.says) && fits(got.traceback.join("\n"), want.trace);
  }
  if ("result" in want) {
    const isResult = got.output_type === "execute_result" && fits(got.data["text/plain"], want.result);
    return isResult && fitsAll(got.data, want.mime ?? {});
  }
  if ("updated" in want) return got.output_type === "update_display_data" && fitsAll(got.data, want.updated);
  const isShown = got.output_type === "display_data" && fitsAll(got.data, want.shown);
  return isShown && (want.id === undefined || fits(got.transient?.["display_id"], want.id));
}

function isStream(got: CellEvent, name: string, text: Text): boolean {
  return got.output_type === "stream" && got.name === name && fits(got.text, text);
}
