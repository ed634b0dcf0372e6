import { open, rename, rm, type FileHandle } from "node:fs/promises";

const READ_BYTES = 64 * 1024;

/**
 * A file that is written once, by one, and read by many while it grows. It has
 * a temporary name until it is whole. Readers may begin as long as it is held.
 */
export class GrowingFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  #written = 0;
  #state: "growing" | "whole" | "broken" = "growing";
  #cause: unknown = null;
  #holders = 0;
  #waiting: (() => void)[] = [];

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
  }

  /** Begins a file at a name that is not taken. */
  static async create(path: string): Promise<GrowingFile> {
    return new GrowingFile(await open(path, "wx+"), path);
  }

  get size(): number {
    return this.#written;
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#handle.appendFile(chunk);
    this.#written += chunk.byteLength;
    this.#wake();
  }

  /** Keeps the file open, also after its end, until the answer is called. */
  hold(): () => Promise<void> {
    let held = true;
    this.#holders += 1;
    return async () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      await this.#closeWhenDone();
    };
  }

  /** Makes what was written durable and gives it its name; readers end after the last byte. */
  async finish(name: string): Promise<void> {
    await this.#handle.sync();
    await rename(this.#path, name);
    this.#state = "whole";
    this.#wake();
    await this.#closeWhenDone();
  }

  /** Readers get the cause after what there is; nothing is kept. Nothing happens to a file that is whole. */
  async fail(cause: unknown): Promise<void> {
    if (this.#state === "whole") return;
    this.#cause = cause;
    this.#state = "broken";
    await rm(this.#path, { force: true });
    this.#wake();
    await this.#closeWhenDone();
  }

  /** The whole content, from the first byte, as it comes. */
  read(): ReadableStream<Uint8Array> {
    const release = this.hold();
    let at = 0;
    let cancelled = false;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const chunk = await this.#next(at);
      at += chunk.byteLength;
      if (cancelled) return;
      if (chunk.byteLength > 0) return controller.enqueue(chunk);
      await release();
      controller.close();
    };
    return new ReadableStream<Uint8Array>(
      {
        pull: (controller) =>
          pull(controller).catch(async (error: unknown) => {
            await release();
            throw error;
          }),
        cancel() {
          cancelled = true;
          return release();
        },
      },
      { highWaterMark: 0 },
    );
  }

  async #next(at: number): Promise<Uint8Array> {
    while (at === this.#written && this.#state === "growing") {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (at === this.#written && this.#state === "broken") throw this.#cause;
    const chunk = new Uint8Array(Math.min(READ_BYTES, this.#written - at));
    if (chunk.byteLength === 0) return chunk;
    const { bytesRead } = await this.#handle.read(chunk, 0, chunk.byteLength, at);
    return chunk.subarray(0, bytesRead);
  }

  async #closeWhenDone(): Promise<void> {
    if (this.#state !== "growing" && this.#holders === 0) await this.#handle.close();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
