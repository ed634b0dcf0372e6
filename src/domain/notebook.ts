/** Values by MIME type, as Jupyter has them: text, base64 of binary types, JSON values. */
export type MimeBundle = Record<string, unknown>;

/** One output of a notebook's cell, as nbformat 4.5 has it. */
export type CellOutput =
  | { output_type: "stream"; name: "stdout" | "stderr"; text: string }
  | {
      output_type: "display_data";
      data: MimeBundle;
      metadata: MimeBundle;
      transient?: { display_id?: string };
    }
  | { output_type: "execute_result"; execution_count: number; data: MimeBundle; metadata: MimeBundle }
  | { output_type: "error"; ename: string; evalue: string; traceback: string[] };

/** What a kernel tells while a cell runs: an output, or a change of those before it. */
export type CellEvent =
  | CellOutput
  | {
      output_type: "update_display_data";
      data: MimeBundle;
      metadata: MimeBundle;
      transient: { display_id: string };
    }
  | { output_type: "clear_output"; wait: boolean };

/** Gathers a cell's events into its outputs, as a notebook shows them. */
export class CellOutputs {
  #outputs: CellOutput[] = [];
  #clearNext = false;

  add(event: CellEvent): void {
    if (event.output_type === "clear_output") {
      if (event.wait) this.#clearNext = true;
      else this.#outputs = [];
      return;
    }
    if (event.output_type === "update_display_data") return this.#update(event);
    if (this.#clearNext) this.#outputs = [];
    this.#clearNext = false;
    const last = this.#outputs.at(-1);
    if (event.output_type === "stream" && last?.output_type === "stream" && last.name === event.name) {
      this.#outputs[this.#outputs.length - 1] = { ...last, text: last.text + event.text };
    } else this.#outputs.push(event);
  }

  list(): CellOutput[] {
    return this.#outputs;
  }

  #update(event: Extract<CellEvent, { output_type: "update_display_data" }>): void {
    const { data, metadata } = event;
    const id = event.transient.display_id;
    this.#outputs = this.#outputs.map((output) =>
      output.output_type === "display_data" && output.transient?.display_id === id
        ? { ...output, data, metadata }
        : output,
    );
  }
}

/** One run of a cell. */
export interface Cell {
  code: string;
  executionCount: number | null;
  outputs: CellOutput[];
}

/** An image of a cell; `data` is base64 without a prefix. */
export interface CellImage {
  mediaType: string;
  data: string;
}

/** Where an output's image is kept apart: its place among the cell's images. */
interface ImagePlace {
  image: number;
}

const IMAGE_TYPES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Outputs as a message keeps them: each image once, apart from the rest. */
export function storeOutputs(outputs: readonly CellOutput[]): { outputs: CellOutput[]; images: CellImage[] } {
  const images: CellImage[] = [];
  const kept = outputs.map((output) =>
    withData(output, (type, value) => {
      if (!IMAGE_TYPES.includes(type) || typeof value !== "string") return value;
      return {
        image: images.push({ mediaType: type, data: value.replace(/\s/g, "") }) - 1,
      } satisfies ImagePlace;
    }),
  );
  return { outputs: kept, images };
}

/** The outputs again, with their images in them. */
export function restoreOutputs(outputs: readonly CellOutput[], images: readonly CellImage[]): CellOutput[] {
  return outputs.map((output) =>
    withData(output, (type, value) => {
      if (!IMAGE_TYPES.includes(type) || typeof value === "string") return value;
      return images[(value as ImagePlace | null)?.image ?? -1]?.data ?? "";
    }),
  );
}

function withData(output: CellOutput, change: (type: string, value: unknown) => unknown): CellOutput {
  if (!("data" in output)) return output;
  const data = Object.fromEntries(
    Object.entries(output.data).map(([type, value]) => [type, change(type, value)]),
  );
  return { ...output, data };
}

/** What a model reads of the outputs: text, and words for what is shown beside it. */
export function textOf(outputs: readonly CellOutput[]): string {
  return outputs.map(textOfOne).join("");
}

function textOfOne(output: CellOutput): string {
  if (output.output_type === "stream") return output.text;
  if (output.output_type === "error") return `${output.traceback.join("\n")}\n`;
  const { data } = output;
  const image = Object.keys(data).find((type) => type.startsWith("image/"));
  const note = image === undefined ? "" : `[${image} is shown with this result.]\n`;
  const plain = data["text/plain"] ?? data["text/markdown"] ?? data["text/latex"] ?? data["text/html"];
  const label = output.output_type === "execute_result" ? `Out[${output.execution_count}]: ` : "";
  return `${plain === undefined ? "" : `${label}${String(plain)}\n`}${note}`;
}
