import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  watch,
  writeFileSync,
  type FSWatcher,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { readTree, writeTree, type WireTree } from "./machine-files.ts";
import { killMarked, TerminalProcess, type RunOptions } from "./machine-processes.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** What can go wrong with a machine, switched on by tests. */
export interface MachineFaults {
  /** No call is answered and nothing is told any more. */
  lost: boolean;
  /** Output is cut inside every character of more than one byte. */
  cutCharacters: boolean;
  /** No file event is told. */
  blind: boolean;
  /** A program is not started until this resolves. */
  holdSpawn: Promise<void> | null;
  /** The shell knows little more than commands, as the real one. */
  plainShell: boolean;
}

/** Commands the real shell is known to have. */
const PLAIN_COMMANDS =
  "cat chmod cp echo env false head hostname kill ln ls mkdir mv ps pwd rm rmdir sort tail touch true uptime which".split(
    " ",
  );

type Tell = (channel: number, args: unknown[]) => void;
type Method = (...args: never[]) => unknown;

/** One booted instance: a real folder, real processes, real file events. */
export class Machine {
  readonly workdir: string;
  readonly path: string;
  readonly #home = mkdtempSync(join(tmpdir(), "okcvm-double-"));
  readonly #mark = `OKCVM_DOUBLE_MARK=${crypto.randomUUID()}`;
  readonly #hostUrl: string;
  readonly #faults: MachineFaults;
  readonly #tell: Tell;
  readonly #processes = new Map<number, TerminalProcess>();
  readonly #watchers = new Map<number, FSWatcher>();
  readonly #listeners = new Map<number, string>();

  /** `hostUrl`: where the host is, which serves what listens in the machine. */
  constructor(workdirName: string, faults: MachineFaults, tell: Tell, hostUrl: string) {
    this.#hostUrl = hostUrl;
    this.#faults = faults;
    this.#tell = tell;
    this.workdir = join(this.#home, "home", workdirName);
    this.path = this.#commands();
    mkdirSync(this.workdir, { recursive: true });
    mkdirSync(join(this.#home, "ports"));
    this.#watchPorts();
  }

  async call(method: string, args: unknown[]): Promise<unknown> {
    const found = (this as unknown as Record<string, Method>)[method];
    if (!found) throw new Error(`The double has no ${method}.`);
    return found.apply(this, args as never[]);
  }

  emit(event: string, ...args: unknown[]): void {
    for (const [channel, name] of this.#listeners) if (name === event) this.#tell(channel, args);
  }

  readFile(path: string, encoding?: BufferEncoding | null): unknown {
    return encoding ? readFileSync(this.#at(path), encoding) : new Uint8Array(readFileSync(this.#at(path)));
  }

  writeFile(path: string, data: string | Uint8Array): void {
    writeFileSync(this.#at(path), data);
  }

  mkdir(path: string, options?: { recursive?: boolean }): void {
    mkdirSync(this.#at(path), options);
  }

  rm(path: string, options?: { recursive?: boolean; force?: boolean }): void {
    rmSync(this.#at(path), options);
  }

  rename(from: string, to: string): void {
    renameSync(this.#at(from), this.#at(to));
  }

  readdir(path: string, options?: { withFileTypes?: boolean } | string): unknown {
    if (typeof options !== "object" || options?.withFileTypes !== true) return readdirSync(this.#at(path));
    const entries = readdirSync(this.#at(path), { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, type: entry.isDirectory() ? 2 : 1 }));
  }

  watch(channel: number, path: string, options: { recursive?: boolean } | null): void {
    const watcher = watch(this.#at(path), { recursive: options?.recursive === true }, (event, name) => {
      if (!this.#faults.blind) this.#tell(channel, [event, name]);
    });
    // A folder that goes while it is watched.
    watcher.on("error", () => {});
    this.#watchers.set(channel, watcher);
  }

  unwatch(channel: number): void {
    this.#watchers.get(channel)?.close();
    this.#watchers.delete(channel);
  }

  on(channel: number, event: string): void {
    this.#listeners.set(channel, event);
  }

  off(channel: number): void {
    this.#listeners.delete(channel);
  }

  loadFiles(bytes: Uint8Array, mountPoint: string | undefined): void {
    const tree = JSON.parse(Buffer.from(bytes).toString("utf8")) as WireTree;
    const at = this.#at(mountPoint ?? ".");
    if (!existsSync(at)) throw new Error(`ENOENT: no such file or directory, '${mountPoint}'`);
    writeTree(at, tree);
  }

  serialize(path: string): Uint8Array {
    return Buffer.from(JSON.stringify(readTree(this.#at(path))));
  }

  async run(channel: number, options: RunOptions): Promise<void> {
    await this.#faults.holdSpawn;
    const how = { cwd: this.#at(options.cwd ?? "."), env: this.#environment() };
    const process = new TerminalProcess(options, how, {
      output: (chunk) => this.#output(channel, chunk),
      exit: (code) => this.#tell(channel, ["exit", code]),
    });
    this.#processes.set(channel, process);
  }

  write(channel: number, text: string): void {
    this.#processes.get(channel)?.write(text);
  }

  resize(channel: number, size: { cols: number; rows: number }): void {
    this.resized.set(channel, size);
  }

  /** The last size each process was given: there is no terminal that could be asked. */
  readonly resized = new Map<number, { cols: number; rows: number }>();

  kill(channel: number): void {
    this.#processes.get(channel)?.kill();
  }

  teardown(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    this.killAll();
    rmSync(this.#home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Ends all processes, as a crash does. */
  killAll(): void {
    killMarked(this.#mark);
  }

  #output(channel: number, chunk: Uint8Array | null): void {
    if (chunk === null || !this.#faults.cutCharacters) return this.#tell(channel, ["output", chunk]);
    let from = 0;
    for (let at = 1; at < chunk.length; at++) {
      if (((chunk[at] ?? 0) & 0xc0) !== 0x80) continue;
      this.#tell(channel, ["output", chunk.slice(from, at)]);
      from = at;
    }
    this.#tell(channel, ["output", chunk.slice(from)]);
  }

  /** API paths are within the working directory. */
  #at(path: string): string {
    const full = resolve(this.workdir, path.startsWith(this.workdir) ? path : path.replace(/^\/+/, ""));
    if (full !== this.workdir && !full.startsWith(`${this.workdir}/`))
      throw new Error(`EACCES: permission denied, '${path}'`);
    return full;
  }

  #environment(): Record<string, string> {
    const [name = "", mark = ""] = this.#mark.split("=");
    return {
      PATH: this.path,
      HOME: join(this.#home, "home"),
      [name]: mark,
      OKCVM_DOUBLE_PORTS: join(this.#home, "ports"),
      NODE_OPTIONS: `--require=${join(here, "port-hook.cjs")}`,
    };
  }

  /** The folders of commands; `jsh` is among them. */
  #commands(): string {
    const bin = join(this.#home, "bin");
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    if (!this.#faults.plainShell) {
      symlinkSync("/bin/bash", join(bin, "jsh"));
      return `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`;
    }
    copyFileSync(join(here, "plain-jsh.sh"), join(bin, "jsh"));
    chmodSync(join(bin, "jsh"), 0o755);
    for (const name of PLAIN_COMMANDS) symlinkSync(join("/usr/bin", name), join(bin, name));
    return bin;
  }

  #watchPorts(): void {
    const folder = join(this.#home, "ports");
    const watcher = watch(folder, (_event, name) => {
      const port = Number(name);
      const url = `${this.#hostUrl}/served/${port}/`;
      if (existsSync(join(folder, String(name)))) {
        this.emit("port", port, "open", url);
        this.emit("server-ready", port, url);
      } else this.emit("port", port, "close", url);
    });
    this.#watchers.set(0, watcher);
  }
}
