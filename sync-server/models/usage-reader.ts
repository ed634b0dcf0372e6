/** Tokens as a provider counted them. */
export interface TokenCount {
  input: number;
  output: number;
}

/** The counts stand at a reply's end; this much of it is kept. Characters. */
const KEPT = 16 * 1024;
const INPUT = /"(?:prompt_tokens|input_tokens)"\s*:\s*(\d{1,12})/g;
const OUTPUT = /"(?:completion_tokens|output_tokens)"\s*:\s*(\d{1,12})/g;

/** Watches a reply pass and finds the tokens that the provider counted, in JSON or in an event stream. */
export class UsageReader {
  readonly #decoder = new TextDecoder();
  #tail = "";

  see(chunk: Uint8Array): void {
    this.#tail = (this.#tail + this.#decoder.decode(chunk, { stream: true })).slice(-KEPT);
  }

  /** null when it said none. */
  get tokens(): TokenCount | null {
    // Within the object that says usage: what a model writes may look like it.
    const at = this.#tail.lastIndexOf('"usage"');
    if (at < 0) return null;
    const usage = this.#tail.slice(at, at + 2_000);
    const [input, output] = [first(usage, INPUT), first(usage, OUTPUT)];
    return input === null && output === null ? null : { input: input ?? 0, output: output ?? 0 };
  }
}

function first(text: string, pattern: RegExp): number | null {
  const [match] = text.matchAll(pattern);
  return match ? Number(match[1]) : null;
}
