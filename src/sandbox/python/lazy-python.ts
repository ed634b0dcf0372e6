import type { CellRequest, CellResult, Python } from "../../ports/python.ts";
import { LazyEngine } from "../engine/lazy-engine.ts";

/** A Python whose code is loaded with its first use. */
export class LazyPython extends LazyEngine<Python> implements Python {
  async run(request: CellRequest): Promise<CellResult> {
    return (await this.loading()).run(request);
  }

  async restart(): Promise<void> {
    return (await this.loading()).restart();
  }
}
