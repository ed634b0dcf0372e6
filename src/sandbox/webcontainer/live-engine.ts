import { OkcvmError } from "../../domain/errors.ts";
import { baseName } from "../../domain/paths.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { inTime } from "../engine/waits.ts";
import { AgentJob, installAgent } from "./agent-job.ts";
import type { EngineAddress } from "./engine-client.ts";
import { EngineFolder } from "./engine-folder.ts";
import type { EngineHost, EngineLease } from "./engine-lease.ts";
import { frameValue } from "./frames.ts";
import { PathWall } from "./path-wall.ts";
import { skillsOf, type Probed, type ShellSkills } from "./shell-skills.ts";
import { SKIPPED_NAMES, staysInEngine } from "./tree-scan.ts";

/** How long the engine is waited for. Milliseconds. */
export interface EngineLimits {
  /** A boot that takes longer is not waited for; it goes on. */
  bootMs: number;
  /** How often a running command's engine is asked whether it lives. */
  pulseMs: number;
  /** An engine that has not answered for this long is lost. */
  lostMs: number;
  /** How long the agent may take to end a command and look at the files. */
  killMs: number;
}

export const USUAL_LIMITS: EngineLimits = { bootMs: 15_000, pulseMs: 3_000, lostMs: 20_000, killMs: 5_000 };

/** Something that runs on its own. */
export interface Running {
  kill(): void;
  /** Settles when it has ended. */
  readonly exit: Promise<unknown>;
}

/** A booted engine with one conversation's folder in it. */
export interface LiveEngine {
  lease: EngineLease;
  folder: EngineFolder;
  wall: PathWall;
  skills: ShellSkills;
  /** What goes on between commands: terminals, and what a shell left running. */
  background: Set<Running>;
  /** Called when something changed below the folder, for as long as it is set. */
  onFiles: (() => void) | null;
  /** Fills the folder anew from the workspace, after a change of it could not be kept. */
  refill(): Promise<void>;
  dispose(): void;
}

/** Boots the page's engine and fills the conversation's folder. Errors: `unreachable` when it does not answer in time, `engine-failed`. */
export async function startEngine(
  host: EngineHost,
  { workspace, address, limits }: { workspace: Workspace; address: EngineAddress; limits: EngineLimits },
): Promise<LiveEngine> {
  const share = await inTime(host.answered(address), limits.bootMs);
  if (share === null) {
    throw new OkcvmError(
      "unreachable",
      `WebContainer at ${address.origin} did not answer within ${Math.round(limits.bootMs / 1000)} s.`,
    );
  }
  const lease = share();
  try {
    return await fill(lease, workspace);
  } catch (error) {
    await lease.release();
    throw error;
  }
}

async function fill(lease: EngineLease, workspace: Workspace): Promise<LiveEngine> {
  const { instance } = lease;
  const name = baseName(workspace.root);
  const wall = new PathWall(workspace.root, `${instance.workdir}/${name}`);
  await lease.guard(installAgent(instance));
  const probed = await probe(lease, wall, { clear: true });
  const makeFolder = async (isEmpty: boolean): Promise<EngineFolder> => {
    const folder = new EngineFolder({ workspace, lease, wall, name, times: probed.times });
    try {
      await folder.seed(isEmpty);
      return folder;
    } catch (error) {
      folder.dispose();
      throw error;
    }
  };
  const engine: LiveEngine = {
    lease,
    folder: await makeFolder(true),
    wall,
    skills: skillsOf(probed),
    background: new Set(),
    onFiles: null,
    async refill() {
      engine.folder.dispose();
      engine.folder = await makeFolder(false);
    },
    dispose() {
      watcher.close();
      engine.folder.dispose();
      for (const running of engine.background) running.kill();
      engine.background.clear();
    },
  };
  const watcher = instance.fs.watch(name, { recursive: true }, (_event, file) => {
    const path = typeof file === "string" ? file : new TextDecoder().decode(file);
    if (!staysInEngine(path)) engine.onFiles?.();
  });
  return engine;
}

/** Has something run on between commands, until it ends. */
export function keepRunning(engine: LiveEngine, running: Running): void {
  engine.background.add(running);
  const forget = (): void => {
    engine.background.delete(running);
    // What it did last is looked at as well.
    engine.onFiles?.();
  };
  running.exit.then(forget, forget);
}

/** Asks the engine what it can do: at its start, and when a command is missing that may have been installed since. */
export async function probe(
  lease: EngineLease,
  wall: PathWall,
  options: { clear?: boolean } = {},
): Promise<Probed> {
  const found: { probed: Probed | null } = { probed: null };
  const job = await AgentJob.start(
    lease,
    {
      root: wall.engineRoot,
      skip: SKIPPED_NAMES,
      times: { mtime: true, ctime: true },
      since: 0,
      probe: true,
      ...options,
    },
    (frame) => {
      if (frame.kind === "probed") found.probed = frameValue<Probed>(frame);
    },
  );
  await job.ended;
  if (found.probed) return found.probed;
  throw new OkcvmError("engine-failed", "WebContainer did not say what its shell can do. Try again.");
}
