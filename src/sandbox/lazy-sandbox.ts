import type { RunningServer } from "../domain/running-server.ts";
import type { Sandbox, ShellRequest, ShellResult } from "../ports/sandbox.ts";
import { EMBEDDED_NAME } from "./embedded/embedded-name.ts";
import { LazyEngine } from "./engine/lazy-engine.ts";

/** Its code is fetched ahead of the first command, but so long after the opening, whose reads come first. Milliseconds. */
const AHEAD_AFTER_MS = 500;

/** A sandbox whose code comes beside the page's own. */
export class LazySandbox extends LazyEngine<Sandbox> implements Sandbox {
  readonly #ahead: ReturnType<typeof setTimeout>;

  constructor(load: () => Promise<Sandbox>) {
    super(load);
    // A failure is told by the first command, which tries again.
    this.#ahead = setTimeout(() => this.loading().catch(() => {}), AHEAD_AFTER_MS);
  }

  get name(): string {
    return this.loaded?.name ?? EMBEDDED_NAME;
  }

  get servers(): readonly RunningServer[] {
    return this.loaded?.servers ?? [];
  }

  async shell(request: ShellRequest): Promise<ShellResult> {
    return (await this.loading()).shell(request);
  }

  override async close(): Promise<void> {
    clearTimeout(this.#ahead);
    await super.close();
  }
}
