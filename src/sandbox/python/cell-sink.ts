import { CellOutputs, type CellEvent, type CellOutput } from "../../domain/notebook.ts";

/** Printed text of one cell that is kept. Characters. */
const MAX_TEXT = 1_000_000;

/** Takes in what a cell shows, and stops taking text when it is too much for a page to hold. */
export class CellSink {
  readonly #outputs = new CellOutputs();
  readonly #onOutput: (chunk: string, stream: "stdout" | "stderr") => void;
  #text = 0;
  #left = 0;

  constructor(onOutput: (chunk: string, stream: "stdout" | "stderr") => void) {
    this.#onOutput = onOutput;
  }

  add(event: CellEvent): void {
    if (event.output_type !== "stream") return this.#outputs.add(event);
    const room = Math.max(0, MAX_TEXT - this.#text);
    const text = event.text.slice(0, room);
    this.#text += text.length;
    this.#left += event.text.length - text.length;
    if (text === "") return;
    this.#outputs.add({ ...event, text });
    this.#onOutput(text, event.name);
  }

  /** Something the interpreter itself has to say. */
  note(text: string): void {
    this.#outputs.add({ output_type: "stream", name: "stderr", text: `${text}\n` });
    this.#onOutput(`${text}\n`, "stderr");
  }

  finish(): CellOutput[] {
    if (this.#left > 0)
      this.note(`[${this.#left.toLocaleString("en")} more characters were printed and are left out.]`);
    this.#left = 0;
    return this.#outputs.list();
  }
}
