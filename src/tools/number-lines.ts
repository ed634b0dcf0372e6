import { safeCut } from "./cut-text.ts";

const LINE_LIMIT = 1_000;

/** Lines of a text as `cat` counts them: a last line break ends the last line and begins none. */
export function splitLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Lines as `cat -n` prints them, `first` being the number of the first; a line over 1,000 characters is cut and says so. */
export function numberLines(lines: string[], first: number): string {
  return lines.map((line, index) => `${String(first + index).padStart(6)}\t${cutLine(line)}`).join("\n");
}

function cutLine(line: string): string {
  if (line.length <= LINE_LIMIT) return line;
  const kept = line.slice(0, safeCut(line, LINE_LIMIT));
  return `${kept} [line cut: ${(line.length - kept.length).toLocaleString("en-US")} more characters]`;
}
