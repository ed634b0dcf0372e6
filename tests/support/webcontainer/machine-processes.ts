import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface RunOptions {
  command: string;
  args: string[];
  cwd?: string;
  env?: Record<string, string | number | boolean>;
  terminal?: { cols: number; rows: number };
}

export interface ProcessListener {
  output(chunk: Uint8Array | null): void;
  exit(code: number): void;
}

/** A real process behind what a terminal does: one output for both streams, newlines as a terminal's, input echoed. */
export class TerminalProcess {
  readonly #child: ChildProcess;
  readonly #listener: ProcessListener;

  constructor(
    options: RunOptions,
    how: { cwd: string; env: Record<string, string> },
    listener: ProcessListener,
  ) {
    this.#listener = listener;
    const size = options.terminal;
    this.#child = spawn(options.command, options.args, {
      cwd: how.cwd,
      env: {
        ...how.env,
        ...Object.fromEntries(
          Object.entries(options.env ?? {}).map(([name, value]) => [name, String(value)]),
        ),
        ...(size ? { COLUMNS: String(size.cols), LINES: String(size.rows) } : {}),
      },
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.on("data", (chunk: Buffer) => this.#tell(chunk));
    this.#child.stdin?.on("error", () => {});
    this.#child.on("error", (error) => {
      this.#tell(Buffer.from(`${error.message}\n`));
      this.#end(127);
    });
    this.#child.on("close", (code, signal) => this.#end(code ?? (signal === "SIGKILL" ? 137 : 143)));
  }

  write(text: string): void {
    this.#tell(Buffer.from(text));
    this.#child.stdin?.write(text);
  }

  kill(): void {
    if (this.#child.pid === undefined || this.#child.exitCode !== null) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch (error) {
      // It ended in this very moment.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  #tell(chunk: Buffer): void {
    this.#listener.output(Buffer.from(chunk.toString("latin1").replaceAll("\n", "\r\n"), "latin1"));
  }

  #end(code: number): void {
    this.#listener.output(null);
    this.#listener.exit(code);
  }
}

/** Ends every process that was started with a mark in its environment, whoever its parent is by now. */
export function killMarked(mark: string): void {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/environ`, "latin1").includes(mark)) process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended meanwhile, or is another user's.
    }
  }
}
