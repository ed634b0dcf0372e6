import type { Cell, CellOutput } from "./notebook.ts";

/** Words between cells. */
export interface NotebookNote {
  markdown: string;
}

/** The cells as a notebook file (.ipynb, nbformat 4.5). `newId` makes ids of cells: 1 to 64 of `[A-Za-z0-9_-]`. */
export function toNotebook(cells: readonly (Cell | NotebookNote)[], newId: () => string): string {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: "python3", display_name: "Python 3", language: "python" },
      language_info: { name: "python", file_extension: ".py", mimetype: "text/x-python" },
    },
    cells: cells.map((cell) => storedCell(cell, newId())),
  };
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

function storedCell(cell: Cell | NotebookNote, id: string): unknown {
  if ("markdown" in cell) return { cell_type: "markdown", id, metadata: {}, source: lines(cell.markdown) };
  return {
    cell_type: "code",
    id,
    execution_count: cell.executionCount,
    metadata: {},
    source: lines(cell.code),
    outputs: cell.outputs.map(stored),
  };
}

function stored(output: CellOutput): unknown {
  if (output.output_type === "stream") return { ...output, text: lines(output.text) };
  if (output.output_type === "error") return output;
  const data = Object.fromEntries(
    Object.entries(output.data).map(([type, value]) => [type, storedValue(type, value)]),
  );
  const { output_type, metadata } = output;
  if (output_type === "display_data") return { output_type, data, metadata };
  return { output_type, execution_count: output.execution_count, data, metadata };
}

/** Only JSON types may hold more than text: Jupyter refuses the whole file otherwise. */
function storedValue(type: string, value: unknown): unknown {
  if (/^application\/(?:.*\+)?json$/.test(type)) return value;
  if (typeof value !== "string") return JSON.stringify(value) ?? "";
  return isBinary(type) ? value : lines(value);
}

function isBinary(type: string): boolean {
  return /^(?:image|audio|video)\//.test(type) ? type !== "image/svg+xml" : type === "application/pdf";
}

/** As notebooks keep text: a list of lines, each with its break. */
function lines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
