import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPyodide, type PyodideAPI } from "pyodide";
import type { CellEvent } from "../../../../src/domain/notebook.ts";
import type { KernelModule } from "../../../../src/sandbox/python/worker/kernel.ts";

const KERNEL = fileURLToPath(new URL("../../../../src/sandbox/python/kernel/", import.meta.url));
const MOUNT = "/mnt/work";

export interface CellRun {
  status: string;
  outputs: CellEvent[];
}

/** What the test's host answers to `pip install`, of the words after it; rejects to fail. */
export type Install = (words: string[], cwd: string) => Promise<string>;

/** The kernel in real Pyodide in Node, with real bash as the host's shell on the same files. */
export class KernelHost {
  readonly folder = mkdtempSync(join(tmpdir(), "okcvm-kernel-"));
  install: Install = async (words) => `Installed ${words.join(", ")}`;
  /** Called in each slice of time.sleep. */
  onWait: () => void = () => {};
  /** Called when text comes. */
  onStream: () => void = () => {};
  waits: number[] = [];
  streamCalls = 0;
  #outputs: CellEvent[] = [];
  #count = 0;

  readonly pyodide: PyodideAPI;
  readonly kernel: KernelModule;

  private constructor(pyodide: PyodideAPI, kernel: KernelModule) {
    this.pyodide = pyodide;
    this.kernel = kernel;
  }

  static async boot(): Promise<KernelHost> {
    const pyodide = await loadPyodide();
    pyodide.FS.mkdirTree("/lib/okcvm/okcvm_kernel");
    for (const name of readdirSync(KERNEL).filter((file) => file.endsWith(".py"))) {
      pyodide.FS.writeFile(`/lib/okcvm/okcvm_kernel/${name}`, readFileSync(join(KERNEL, name)));
    }
    pyodide.runPython("import sys; sys.path.append('/lib/okcvm')");
    const host = new KernelHost(pyodide, pyodide.pyimport("okcvm_kernel") as KernelModule);
    pyodide.FS.mkdirTree(MOUNT);
    pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: host.folder }, MOUNT);
    host.kernel.start(host.#host(), MOUNT);
    return host;
  }

  async run(code: string): Promise<CellRun> {
    this.#outputs = [];
    const status = await this.kernel.run_cell(code, ++this.#count);
    return { status, outputs: this.#outputs };
  }

  /** What the cell that runs has shown so far. */
  get soFar(): CellEvent[] {
    return this.#outputs;
  }

  /** Numbers cells from one again, as after a restart of the kernel. */
  async fresh(): Promise<void> {
    await this.run("%reset -f");
    this.#count = 0;
    this.pyodide.runPython(
      `import os, okcvm_kernel.state as s; os.chdir(s.mount); s.shell.history[:] = [""]; s.shell.results.clear()`,
    );
    this.pyodide.FS.chdir(MOUNT);
  }

  interrupt(): void {
    this.kernel.interrupt();
  }

  findImports(code: string): string[] {
    const list = this.kernel.find_imports(code);
    const names = list.toJs();
    list.destroy();
    return names;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #host(): object {
    return {
      version: "1",
      stream: (name: "stdout" | "stderr", text: string): void => {
        this.streamCalls++;
        this.onStream();
        const last = this.#outputs.at(-1);
        if (last?.output_type === "stream" && last.name === name) last.text += text;
        else this.#outputs.push({ output_type: "stream", name, text });
      },
      output: (json: string): void => {
        this.#outputs.push(JSON.parse(json) as CellEvent);
      },
      shell: (command: string, cwd: string, capture: boolean) => this.#shell(command, cwd, capture),
      wait: (seconds: number): void => {
        this.waits.push(seconds);
        this.onWait();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(seconds, 0.05) * 1000);
      },
      install: (json: string, cwd: string): Promise<string> =>
        this.install(JSON.parse(json) as string[], cwd),
    };
  }

  #shell(command: string, cwd: string, capture: boolean) {
    const real = cwd.replace(MOUNT, this.folder);
    const result = spawnSync("bash", ["-c", command], { cwd: real, encoding: "utf8" });
    const hide = (text: string) => text.replaceAll(this.folder, MOUNT);
    const [stdout, stderr] = [
      hide(result.stdout),
      hide(result.stderr).replace(/^bash: line \d+: /gm, "bash: "),
    ];
    if (capture) return { exit_code: result.status, stdout, stderr };
    if (stdout) this.#append("stdout", stdout);
    if (stderr) this.#append("stderr", stderr);
    return { exit_code: result.status, stdout: "", stderr: "" };
  }

  #append(name: "stdout" | "stderr", text: string): void {
    const last = this.#outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text += text;
    else this.#outputs.push({ output_type: "stream", name, text });
  }
}
