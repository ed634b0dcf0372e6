import type { Change, Entry, TreeChange } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import { newId } from "../../domain/ids.ts";
import { toWorkspacePath } from "../../domain/paths.ts";
import { TaskQueue } from "../../domain/queue.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { AGENT_FOLDER, AgentJob, type JobOrder } from "./agent-job.ts";
import type { EngineLease } from "./engine-lease.ts";
import { frameValue, type Frame } from "./frames.ts";
import { buildMountTree, isMountable } from "./mount-tree.ts";
import type { PathWall } from "./path-wall.ts";
import { moveKeys, pendingFrom, type Operation } from "./pending-changes.ts";
import { changesBetween, SKIPPED_NAMES, staysInEngine, type Scan, type Signature } from "./tree-scan.ts";

/** How much goes into one mount. Bytes. */
const MOUNT_BATCH = 8 * 1024 * 1024;

export interface FolderParts {
  workspace: Workspace;
  lease: EngineLease;
  wall: PathWall;
  /** The folder's name in the engine's working directory. */
  name: string;
  times: JobOrder["times"];
}

/** The engine's copy of one workspace, and the journals between the two. */
export class EngineFolder {
  readonly #parts: FolderParts;
  readonly #origin = newId();
  readonly #unsubscribe: () => void;
  /** What the agent said is taken in one after another, in its order. */
  readonly #intake = new TaskQueue();
  readonly #known = new Map<string, Signature>();
  /** Operations at the agent, by file name: what they do to `#known` once it has done them. */
  readonly #sent = new Map<string, readonly Operation[]>();
  #waiting: TreeChange[] = [];
  #since = 0;
  #isBaseline = false;
  #broken: { error: unknown } | null = null;
  #onBroken: (() => void) | null = null;
  #onChange: (() => void) | null = null;

  constructor(parts: FolderParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.workspace.subscribe((changes, origin) => {
      if (origin === this.#origin) return;
      this.#waiting.push(...changes);
      this.#onChange?.();
    });
  }

  /** Called when the workspace has changed; null for no one. */
  set onChange(listener: (() => void) | null) {
    this.#onChange = listener;
  }

  /** Called when a change could not be kept; null for no one. */
  set onBroken(listener: (() => void) | null) {
    this.#onBroken = listener;
  }

  /** Fills the folder from the workspace. What was there goes, but for what stays in the engine. */
  async seed(isEmpty: boolean): Promise<void> {
    const { workspace } = this.#parts;
    if (!isEmpty) await this.#work([{ kind: "clear" }]);
    this.#waiting = [];
    const entries = (await workspace.list("", { recursive: true })).map((entry) => this.#inside(entry));
    await this.#mount(entries.filter(isMountable));
    const large = entries.filter((entry) => !isMountable(entry));
    this.#isBaseline = true;
    await this.#work([
      ...(await this.#placeOneByOne(large)),
      ...entries.flatMap((entry) => attributes(entry)),
    ]);
  }

  /** Writes what the workspace has changed for the agent; answers the file's name, or null when there is nothing. */
  async stage(): Promise<string | null> {
    const changes = this.#waiting;
    this.#waiting = [];
    if (changes.length === 0) return null;
    const { operations, written } = pendingFrom(changes);
    const entries = await Promise.all([...written].map((path) => this.#parts.workspace.stat(path)));
    const files = entries.flatMap((entry) => (entry?.kind === "file" ? [this.#inside(entry)] : []));
    const links = operations.map((one) => (one.kind === "symlink" ? this.#inward(one) : one));
    return this.#send([...links, ...(await this.#placeOneByOne(files))]);
  }

  /** What every job of this folder is told. */
  order(): JobOrder {
    const { wall, times } = this.#parts;
    return { root: wall.engineRoot, skip: SKIPPED_NAMES, times, since: this.#since };
  }

  /** Takes in what the agent says of the folder; false for what is none of its business. */
  hear(frame: Frame): boolean {
    if (frame.kind === "applied") {
      const applied = frameValue<{ file: string; entries: Scan["entries"] }>(frame);
      void this.#take(async () => this.#onApplied(applied));
    } else if (frame.kind === "scan") {
      const file = frameValue<string>(frame);
      void this.#take(() => this.#onScan(file));
    } else return false;
    return true;
  }

  /** Resolves when all the agent has said is durable. Errors: what kept it from being. */
  async settled(): Promise<void> {
    await this.#intake.idle();
    if (this.#broken) throw this.#broken.error;
  }

  /** Brings both sides together while no command runs. */
  async sync(): Promise<void> {
    const operations = await this.stage();
    const job = await AgentJob.start(
      this.#parts.lease,
      { ...this.order(), ...(operations === null ? {} : { operations }) },
      (frame) => void this.hear(frame),
    );
    await job.ended;
    await this.settled();
  }

  dispose(): void {
    this.#unsubscribe();
    this.#onChange = null;
    this.#onBroken = null;
  }

  async #work(operations: Operation[]): Promise<void> {
    const file = await this.#send(operations);
    const job = await AgentJob.start(
      this.#parts.lease,
      { ...this.order(), operations: file },
      (frame) => void this.hear(frame),
    );
    await job.ended;
    await this.settled();
  }

  async #send(operations: Operation[]): Promise<string> {
    const { lease } = this.#parts;
    const file = `${newId()}.json`;
    this.#sent.set(file, operations);
    await lease.guard(lease.instance.fs.writeFile(`${AGENT_FOLDER}/${file}`, JSON.stringify(operations)));
    return file;
  }

  async #mount(entries: readonly Entry[]): Promise<void> {
    const { lease, name, workspace, wall } = this.#parts;
    let batch: Entry[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      const tree = await buildMountTree(
        batch,
        (path) => workspace.readBytes(path),
        (target) => wall.inward(target),
      );
      await lease.guard(lease.instance.mount(tree, { mountPoint: name }));
      batch = [];
      bytes = 0;
    };
    for (const entry of entries) {
      batch.push(entry);
      bytes += entry.size;
      if (bytes > MOUNT_BATCH) await flush();
    }
    if (batch.length > 0) await flush();
  }

  /** Operations that put entries in place, their contents written beside the folder first. A file that is gone meanwhile is left out. */
  async #placeOneByOne(entries: readonly Entry[]): Promise<Operation[]> {
    const { lease, workspace } = this.#parts;
    const operations: Operation[] = [];
    for (const entry of entries) {
      const { path, mode, mtime } = entry;
      if (entry.kind === "directory") operations.push({ kind: "mkdir", path });
      else if (entry.kind === "symlink")
        operations.push(this.#inward({ kind: "symlink", path, target: entry.target ?? "" }));
      else {
        const content = await workspace.readBytes(path).catch(goneOrThrow);
        if (content === null) continue;
        const staged = newId();
        await lease.guard(lease.instance.fs.writeFile(`${AGENT_FOLDER}/${staged}`, content));
        operations.push({ kind: "write", path, staged, mode, mtime });
      }
    }
    return operations;
  }

  /** An entry with its path in the workspace. */
  #inside(entry: Entry): Entry {
    return { ...entry, path: toWorkspacePath(this.#parts.workspace.root, entry.path) };
  }

  #inward(link: Extract<Operation, { kind: "symlink" }>): Operation {
    return { ...link, target: this.#parts.wall.inward(link.target) };
  }

  /** One thing the agent said. After one that could not be kept the later ones must not be either. */
  #take(task: () => Promise<void>): Promise<void> {
    return this.#intake.run(async () => {
      if (this.#broken) return;
      try {
        await task();
      } catch (error) {
        this.#broken = { error };
        this.#onBroken?.();
      }
    });
  }

  #onApplied(applied: { file: string; entries: Scan["entries"] }): void {
    for (const one of this.#sent.get(applied.file) ?? []) {
      if (one.kind === "clear") this.#known.clear();
      if (one.kind === "remove") moveKeys(this.#known, one.path, null);
      if (one.kind === "rename") {
        moveKeys(this.#known, one.to, null);
        moveKeys(this.#known, one.path, one.to);
      }
    }
    this.#sent.delete(applied.file);
    for (const [path, signature] of Object.entries(applied.entries))
      if (!staysInEngine(path)) this.#known.set(path, signature);
  }

  async #onScan(file: string): Promise<void> {
    const { lease, workspace } = this.#parts;
    const path = `${AGENT_FOLDER}/${file}`;
    const scan = JSON.parse(await lease.guard(lease.instance.fs.readFile(path, "utf8"))) as Scan;
    await lease.guard(lease.instance.fs.rm(path));
    const found = new Map(Object.entries(scan.entries).filter(([one]) => !staysInEngine(one)));
    this.#since = scan.at;
    const changes = this.#isBaseline ? [] : await this.#journal(found);
    if (changes.length > 0) await workspace.apply({ origin: this.#origin, changes });
    this.#isBaseline = false;
    this.#known.clear();
    for (const [one, signature] of found) this.#known.set(one, signature);
  }

  /** The changes since the last look, with contents. A file that is gone again by now keeps its old place in `found`. */
  async #journal(found: Map<string, Signature>): Promise<Change[]> {
    const { lease, wall, name } = this.#parts;
    const changes: Change[] = [];
    for (const change of changesBetween(this.#known, found)) {
      if (change.kind === "symlink") changes.push({ ...change, target: wall.outward(change.target) });
      else if (change.kind !== "write") changes.push(change);
      else {
        const { path, signature } = change;
        const content = await lease
          .guard(lease.instance.fs.readFile(`${name}/${path}`))
          .catch(missingOrThrow);
        if (content === null) this.#keepOld(found, path);
        else changes.push({ kind: "write", path, content, mode: signature.mode, ...timeOf(signature) });
      }
    }
    return changes;
  }

  #keepOld(found: Map<string, Signature>, path: string): void {
    const old = this.#known.get(path);
    if (old) found.set(path, old);
    else found.delete(path);
  }
}

/** What a mount does not carry: bits and times. */
function attributes(entry: Entry): Operation[] {
  const { path, mode, mtime } = entry;
  if (entry.kind === "file") return isMountable(entry) ? [{ kind: "write", path, mode, mtime }] : [];
  return entry.kind === "directory" && mode !== 0o755 ? [{ kind: "chmod", path, mode }] : [];
}

function timeOf(signature: Signature): { mtime?: number } {
  return signature.mtime === undefined ? {} : { mtime: Math.floor(signature.mtime) };
}

function goneOrThrow(error: unknown): null {
  if (error instanceof OkcvmError && (error.code === "not-found" || error.code === "is-directory"))
    return null;
  throw error;
}

/** The library's port loses an error's code; its text has it. */
function missingOrThrow(error: unknown): null {
  if (error instanceof Error && /ENOENT|ENOTDIR|EISDIR/.test(error.message)) return null;
  throw error;
}
