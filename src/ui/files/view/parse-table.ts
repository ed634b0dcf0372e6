/** The first rows of a table in a text, and how large it is. */
export interface Table {
  rows: string[][];
  /** Rows in the whole text. */
  totalRows: number;
  /** Cells of the longest row, among those shown. */
  columns: number;
}

/** Reads CSV (RFC 4180) or, with `"\t"`, tab-separated values. Never fails: what is not well formed is taken as it comes. */
export function parseTable(text: string, separator: string, limit: number): Table {
  const rows: string[][] = [];
  let totalRows = 0;
  let at = 0;
  while (at < text.length) {
    const row = readRow(text, at, separator);
    totalRows += 1;
    if (rows.length < limit) rows.push(row.cells);
    at = row.end;
  }
  return { rows, totalRows, columns: Math.max(0, ...rows.map((row) => row.length)) };
}

/** The separator of a CSV: some programs write semicolons where the comma is the decimal sign. */
export function separatorOf(name: string, text: string): string {
  if (/\.tsv$/i.test(name)) return "\t";
  const first = text.slice(0, (text + "\n").indexOf("\n"));
  const count = (sign: string): number => first.split(sign).length;
  return [",", ";", "\t"].reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

interface Row {
  cells: string[];
  /** Where the next one begins. */
  end: number;
}

function readRow(text: string, start: number, separator: string): Row {
  const cells: string[] = [];
  let at = start;
  for (;;) {
    const cell = text[at] === '"' ? readQuoted(text, at, separator) : readPlain(text, at, separator);
    cells.push(cell.value);
    at = cell.end;
    if (text[at] !== separator) break;
    at += 1;
  }
  if (text[at] === "\r" && text[at + 1] === "\n") at += 1;
  return { cells, end: at + 1 };
}

function readPlain(text: string, start: number, separator: string): { value: string; end: number } {
  let at = start;
  while (at < text.length && text[at] !== separator && text[at] !== "\n" && text[at] !== "\r") at += 1;
  return { value: text.slice(start, at), end: at };
}

/** A cell in quotes, with two of them for one; what follows its end belongs to it too, as spreadsheets read it. */
function readQuoted(text: string, start: number, separator: string): { value: string; end: number } {
  let value = "";
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return { value: value + text.slice(at), end: text.length };
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const rest = readPlain(text, quote + 1, separator);
      return { value: value + rest.value, end: rest.end };
    }
    value += '"';
    at = quote + 2;
  }
}
