/** Words of Python cells and of the notebook they make. */
export const enNotebook = {
  download: "Download the notebook (.ipynb)",
  restarted: "The interpreter was restarted here.",

  input: (count: number | null) => (count === null ? "In [ ]" : `In [${count}]`),
  result: (count: number) => `Out [${count}]`,
  code: "Code",
  copyCode: "Copy the code",
  stdout: "Printed text",
  stderr: "Warnings and errors",
  traceback: "Traceback",
  plain: "Result",
  latex: "LaTeX source",
  json: "JSON",
  cut: (shown: string, all: string) =>
    `The first ${shown} of ${all} characters. The notebook file has all of them.`,
  forModel: "What the model read",

  figure: (figure: number, cell: number | null) =>
    cell === null ? `Figure ${figure}` : `Figure ${figure} of cell ${cell}`,
  table: (cell: number | null) => (cell === null ? "Table" : `Table of cell ${cell}`),
  open: (name: string) => `Open ${lower(name)}`,
  save: (name: string) => `Save ${lower(name)}`,
  saveImage: "Save",
  actualSize: "Actual size",
  fit: "Fit to the window",
  pixels: (width: number, height: number) => `${width} × ${height} px`,
  brokenFigure: (name: string) => `${name} cannot be drawn: its picture is damaged.`,

  scripts:
    "This output needs scripts, which do not run in the chat. Save it as a page of its own, or ask for it as a published site.",
  partScripts: "Parts of this output need scripts, which do not run in the chat.",
  large: (size: string) =>
    `This output is too large to be drawn here (${size}). Save it as a page of its own.`,
  savePage: "Save as a page",
  pageName: (cell: number | null) => (cell === null ? "output.html" : `output-of-cell-${cell}.html`),
  unsupported: (types: string) => `This output cannot be shown here: ${types}.`,
};

function lower(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
