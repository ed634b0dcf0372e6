import { OkcvmError } from "../../domain/errors.ts";
import { keepRunning, type LiveEngine } from "./live-engine.ts";
import type { PathWall } from "./path-wall.ts";

/** A path that a chunk's end cuts is waited for this long; a person waits for what they type. Milliseconds. */
const HELD_MS = 20;

export interface TerminalOptions {
  /** Absolute path to start in; the mount when left out. */
  cwd?: string;
  env?: Record<string, string>;
  size?: { cols: number; rows: number };
}

/** A program on a terminal of its own. */
export interface Terminal {
  /** What it prints, with the workspace's paths. */
  readonly output: ReadableStream<string>;
  /** Its exit code; fails with `engine-failed` when the engine is gone. */
  readonly exit: Promise<number>;
  write(text: string): Promise<void>;
  resize(size: { cols: number; rows: number }): void;
  kill(): void;
}

/** Errors: `engine-failed`. */
export async function openTerminal(
  engine: LiveEngine,
  { command, args, options }: { command: string; args: string[]; options: TerminalOptions },
): Promise<Terminal> {
  const { lease, wall } = engine;
  const { instance } = lease;
  const cwd = options.cwd === undefined ? wall.engineRoot : wall.inward(options.cwd);
  if (!`${cwd}/`.startsWith(`${instance.workdir}/`))
    throw new OkcvmError("outside-workspace", `${options.cwd} is outside the workspace.`);
  const env = Object.entries(options.env ?? {}).map(([name, value]) => [name, wall.inward(value)]);
  const process = await lease.guard(
    instance.spawn(
      command,
      args.map((arg) => wall.inward(arg)),
      {
        // The library takes it relative to its working directory.
        cwd: cwd.slice(instance.workdir.length + 1),
        env: Object.fromEntries(env) as Record<string, string>,
        ...(options.size ? { terminal: options.size } : {}),
      },
    ),
  );
  const input = process.input.getWriter();
  const exit = lease.guard(process.exit);
  exit.catch(() => {});
  const terminal: Terminal = {
    output: process.output.pipeThrough(outward(wall)),
    exit,
    write: (text) => input.write(text),
    resize: (size) => process.resize(size),
    kill: () => process.kill(),
  };
  keepRunning(engine, terminal);
  return terminal;
}

function outward(wall: PathWall): TransformStream<string, string> {
  const paths = wall.outwardStream();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new TransformStream<string, string>({
    transform(chunk, controller) {
      clearTimeout(timer);
      const text = paths.push(chunk);
      if (text !== "") controller.enqueue(text);
      timer = setTimeout(() => {
        const rest = paths.end();
        if (rest !== "") controller.enqueue(rest);
      }, HELD_MS);
    },
    flush(controller) {
      clearTimeout(timer);
      controller.enqueue(paths.end());
    },
  });
}
