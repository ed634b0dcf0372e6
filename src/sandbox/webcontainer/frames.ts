/** One thing the agent says. */
export interface Frame {
  kind: string;
  bytes: Uint8Array;
}

/** Finds the agent's lines in a terminal's output; what else is there (an echo, a warning of Node's) is left out. */
export class FrameReader {
  readonly #mark: string;
  #rest = "";

  constructor(nonce: string) {
    this.#mark = `@okcvm ${nonce} `;
  }

  push(text: string): Frame[] {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    return lines.flatMap((line) => {
      const [kind = "", content = ""] = line.startsWith(this.#mark)
        ? line.slice(this.#mark.length).trimEnd().split(" ")
        : [];
      return kind === "" ? [] : [{ kind, bytes: fromBase64(content) }];
    });
  }
}

/** The JSON value a frame carries. */
export function frameValue<T>(frame: Frame): T {
  return JSON.parse(new TextDecoder().decode(frame.bytes)) as T;
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
