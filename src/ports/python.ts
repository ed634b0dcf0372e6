import type { CellOutput } from "../domain/notebook.ts";
import type { EngineState } from "./sandbox.ts";

/** One cell for the interpreter. */
export interface CellRequest {
  code: string;
  /** Milliseconds; the time packages take to be downloaded does not count. */
  timeoutMs: number;
  signal?: AbortSignal;
  /** Printed text as it comes; the same text is in the result. */
  onOutput?: (chunk: string, stream: "stdout" | "stderr") => void;
  /** What goes on before or beside the cell, in words: "Downloading numpy, 3 of 7 MB". */
  onProgress?: (text: string) => void;
}

/** How a cell ended. */
export interface CellResult {
  /** The number in `In[n]`. */
  executionCount: number;
  outputs: CellOutput[];
  /** ok. error: it raised; the last error output says what. timeout and aborted: it was interrupted. died: the interpreter stopped. */
  ended: "ok" | "error" | "timeout" | "aborted" | "died";
  /** True when the interpreter had to be started anew: variables are gone. */
  restarted: boolean;
}

/**
 * A Python interpreter on a replica of one workspace, with Jupyter's
 * behaviour. Variables live from cell to cell until a restart. When `run`
 * resolves, every file the cell changed is durable in the workspace.
 */
export interface Python {
  readonly state: EngineState;
  /** Starts it ahead of its first cell; a failure is told by that cell. */
  warm(): void;
  /** Cells run one after another. Errors: `engine-failed` when it cannot start. */
  run(request: CellRequest): Promise<CellResult>;
  /** Clears every variable, after the cell that runs. */
  restart(): Promise<void>;
  subscribe(listener: (state: EngineState) => void): () => void;
  /** Ends what runs and frees the interpreter. */
  close(): Promise<void>;
}
