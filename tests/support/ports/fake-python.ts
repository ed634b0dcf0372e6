import type { CellRequest, CellResult, Python } from "../../../src/ports/python.ts";
import type { EngineState } from "../../../src/ports/sandbox.ts";

type Run = (request: CellRequest) => CellResult | Promise<CellResult>;

/** A cell that showed nothing and ended well. */
export const SILENT: CellResult = { executionCount: 1, outputs: [], ended: "ok", restarted: false };

/** An interpreter whose cells are a function. */
export class FakePython implements Python {
  state: EngineState = "absent";
  readonly requests: CellRequest[] = [];
  restarts = 0;
  closed = false;
  answer: Run;

  constructor(run: Run = () => SILENT) {
    this.answer = run;
  }

  warm(): void {}

  async run(request: CellRequest): Promise<CellResult> {
    this.requests.push(request);
    return this.answer(request);
  }

  async restart(): Promise<void> {
    this.restarts++;
  }

  subscribe(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
