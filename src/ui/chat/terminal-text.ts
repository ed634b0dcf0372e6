// oxlint-disable-next-line no-control-regex -- terminal output is made of control characters
const ESCAPES = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

/** Terminal output as plain text: colours and cursor moves dropped, a line that was drawn over shown as it was last. */
export function plainOutput(text: string): string {
  if (!text.includes("\u001b") && !text.includes("\r")) return text;
  return text
    .replaceAll(ESCAPES, "")
    .replaceAll("\r\n", "\n")
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1).replace(/\r$/, ""))
    .join("\n");
}

/** The last lines that are not empty. */
export function lastLines(text: string, count: number): string {
  const lines = plainOutput(text.slice(-4000)).trimEnd().split("\n");
  return lines.slice(-count).join("\n");
}
