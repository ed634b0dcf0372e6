import type { RunningServer } from "../domain/running-server.ts";
import type { Sandbox, ShellRequest, ShellResult } from "../ports/sandbox.ts";
import { EMBEDDED_NAME } from "./embedded/embedded-name.ts";
import { LazyEngine } from "./engine/lazy-engine.ts";

/** A sandbox whose code is fetched at once, but beside the page's own. */
export class LazySandbox extends LazyEngine<Sandbox> implements Sandbox {
  constructor(load: () => Promise<Sandbox>) {
    super(load);
    // A failure is told by the first command, which tries again.
    this.loading().catch(() => {});
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
}
