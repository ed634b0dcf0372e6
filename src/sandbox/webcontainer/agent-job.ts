import type { WebContainer, WebContainerProcess } from "@webcontainer/api";

import { OkcvmError } from "../../domain/errors.ts";
import { newId } from "../../domain/ids.ts";
import agentCode from "./agent.cjs?raw";
import type { EngineLease } from "./engine-lease.ts";
import { FrameReader, frameValue, type Frame } from "./frames.ts";

/** The folder beside the conversations' ones that holds the agent and what it is given. */
export const AGENT_FOLDER = ".okcvm";

/** What the agent is to do; see agent.cjs. Paths are the engine's. */
export interface JobOrder {
  root: string;
  skip: readonly string[];
  /** Which of the engine's file times can be trusted. */
  times: { mtime: boolean; ctime: boolean };
  /** The engine's clock at the last look. */
  since: number;
  /** The name of a file with operations to begin with. */
  operations?: string;
  run?: { command: string; cwd: string; env: Record<string, string> };
  probe?: boolean;
  /** With `probe`: empties the folder first. */
  clear?: boolean;
}

export interface JobEnd {
  code: number;
  /** What the shell started goes on. */
  background: boolean;
}

/** Hears what the agent says, in its order. */
export type FrameListener = (frame: Frame) => void;

/** One process of the agent. */
export class AgentJob {
  /** Fails with `engine-failed` when the agent does. */
  readonly ended: Promise<JobEnd>;
  readonly #process: WebContainerProcess;
  #exited = false;
  readonly #input: WritableStreamDefaultWriter<string>;

  private constructor(process: WebContainerProcess, ended: Promise<JobEnd>) {
    this.#process = process;
    this.#input = process.input.getWriter();
    this.ended = ended;
    this.ended.catch(() => {});
    const exited = (): void => {
      this.#exited = true;
    };
    process.exit.then(exited, exited);
  }

  /** Starts a job. Everything but its end goes to `listener`. */
  static async start(lease: EngineLease, order: JobOrder, listener: FrameListener): Promise<AgentJob> {
    const { instance } = lease;
    const nonce = newId();
    const file = `${AGENT_FOLDER}/${nonce}.json`;
    await lease.guard(instance.fs.writeFile(file, JSON.stringify({ ...order, nonce })));
    const process = await lease.guard(
      instance.spawn("node", [
        `${instance.workdir}/${AGENT_FOLDER}/agent.cjs`,
        `${instance.workdir}/${file}`,
      ]),
    );
    return new AgentJob(process, lease.guard(follow(process, new FrameReader(nonce), listener)));
  }

  /** One line for the agent: `scan`, `kill`, or `apply <file>`. */
  order(line: string): void {
    if (this.#exited) return;
    // Its end is told by `ended`; what is said to it after that is not missed.
    this.#input.write(`${line}\n`).catch(() => {});
  }

  /** Ends the agent's process, and what its shell started with it where the engine has process groups. */
  kill(): void {
    this.order("kill");
    if (!this.#exited) this.#process.kill();
  }

  /** Resolves when the process and all that prints through it are gone. */
  get exit(): Promise<number> {
    return this.#process.exit;
  }
}

/** Puts the agent where jobs find it. */
export async function installAgent(instance: WebContainer): Promise<void> {
  await instance.fs.mkdir(AGENT_FOLDER, { recursive: true });
  await instance.fs.writeFile(`${AGENT_FOLDER}/agent.cjs`, agentCode);
}

/** Reads a process to its end; resolves with the agent's word that the work is done, which comes before. */
function follow(process: WebContainerProcess, reader: FrameReader, listener: FrameListener): Promise<JobEnd> {
  return new Promise((resolve, reject) => {
    const hear = (frame: Frame): void => {
      if (frame.kind === "end") resolve(frameValue<JobEnd>(frame));
      else if (frame.kind === "failed") reject(agentFailed(frameValue<string>(frame)));
      else listener(frame);
    };
    const tail: string[] = [];
    const read = async (): Promise<void> => {
      const output = process.output.getReader();
      for (let next = await output.read(); !next.done; next = await output.read()) {
        tail.push(next.value);
        if (tail.length > 4) tail.shift();
        for (const frame of reader.push(next.value)) hear(frame);
      }
      const code = await process.exit;
      // Only when it ended without a word; after `end` this does nothing.
      reject(agentFailed(`it ended with ${code}. ${tail.join("").slice(-400)}`));
    };
    read().catch(reject);
  });
}

function agentFailed(reason: string): OkcvmError {
  return new OkcvmError("engine-failed", `WebContainer could not do it: ${reason.trim()}`);
}
