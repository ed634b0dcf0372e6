import type { RunningServer } from "../../../src/domain/running-server.ts";
import type { EngineState, Sandbox, ShellRequest, ShellResult } from "../../../src/ports/sandbox.ts";

type Run = (request: ShellRequest) => ShellResult | Promise<ShellResult>;

/** How a command that printed this ended by itself. */
export function exited(stdout: string, stderr = "", exitCode = 0): ShellResult {
  return { stdout, stderr, exitCode, ended: "exit" };
}

/** A sandbox whose commands are a function; an abort ends whichever is under way. */
export class FakeSandbox implements Sandbox {
  readonly name = "Test shell";
  state: EngineState = "absent";
  servers: readonly RunningServer[] = [];
  readonly requests: ShellRequest[] = [];
  run: Run;
  closed = false;
  readonly #listeners = new Set<(state: EngineState) => void>();

  constructor(run: Run = () => exited("")) {
    this.run = run;
  }

  warm(): void {
    this.#become("ready");
  }

  async shell(request: ShellRequest): Promise<ShellResult> {
    this.requests.push(request);
    this.#become("running");
    try {
      return await Promise.race([Promise.resolve(this.run(request)), abortOf(request.signal)]);
    } finally {
      this.#become("ready");
    }
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.#become("absent");
  }

  #become(state: EngineState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

function abortOf(signal: AbortSignal | undefined): Promise<ShellResult> {
  return new Promise((resolve) => {
    const stop = (): void => resolve({ stdout: "", stderr: "", exitCode: 130, ended: "aborted" });
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}
