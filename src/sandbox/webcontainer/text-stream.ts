import type { PathWall } from "./path-wall.ts";

/** Bytes of one stream as text with the workspace's paths, whole whatever ends a chunk cuts. */
export class TextStream {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #paths: ReturnType<PathWall["outwardStream"]>;
  readonly #tell: (text: string) => void;
  #text = "";

  constructor(wall: PathWall, tell: (text: string) => void) {
    this.#paths = wall.outwardStream();
    this.#tell = tell;
  }

  /** All that was told. */
  get text(): string {
    return this.#text;
  }

  push(bytes: Uint8Array): void {
    this.#add(this.#paths.push(this.#decoder.decode(bytes, { stream: true })));
  }

  end(): void {
    this.#add(this.#paths.push(this.#decoder.decode()) + this.#paths.end());
  }

  #add(text: string): void {
    if (text === "") return;
    this.#text += text;
    this.#tell(text);
  }
}
