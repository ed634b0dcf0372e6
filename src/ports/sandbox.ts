import type { RunningServer } from "../domain/running-server.ts";

/** One command for a shell. */
export interface ShellRequest {
  command: string;
  /** Milliseconds; the command is ended when they are over. */
  timeoutMs: number;
  /** Absolute path to start in; the mount when left out. */
  cwd?: string;
  env?: Record<string, string>;
  signal?: AbortSignal;
  /** Output as it comes, where the engine can; the same text is in the result. */
  onOutput?: (chunk: string, stream: "stdout" | "stderr") => void;
}

/** How a command ended. */
export interface ShellResult {
  stdout: string;
  stderr: string;
  /** The exit code; 124 after a timeout, 130 after an abort. */
  exitCode: number;
  ended: "exit" | "timeout" | "aborted";
}

/** absent: not started. starting. ready. running: a command is under way. failed: see the error of the next call. */
export type EngineState = "absent" | "starting" | "ready" | "running" | "failed";

/**
 * An engine that runs commands on a replica of one workspace. Each call is a
 * fresh shell; files last. When `shell` resolves, every file the command
 * changed is durable in the workspace, also after a timeout or an abort.
 */
export interface Sandbox {
  /** The engine's name, for people: "Embedded shell". */
  readonly name: string;
  readonly state: EngineState;
  /** Servers that commands started and that go on after them. */
  readonly servers: readonly RunningServer[];
  /** Starts the engine ahead of its first command; a failure is told by that command. */
  warm(): void;
  /** Errors: `engine-failed`. A failing command is a result, not an error. */
  shell(request: ShellRequest): Promise<ShellResult>;
  /** Tells each change of the state or of the servers. */
  subscribe(listener: (state: EngineState) => void): () => void;
  /** Ends what runs and frees the engine. */
  close(): Promise<void>;
}
