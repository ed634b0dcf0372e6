import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const START_LIMIT_MS = 20_000;

/** Writes the least app the server starts with beside it. */
export function writeApp(folder: string): void {
  const files: Record<string, string> = {
    "app/index.html": "<!doctype html><title>OKCVM</title>",
    "app/csp.json": '{"scriptHashes":[]}',
    "site/bridge.html": "<!doctype html>",
    "site/bridge.js": "// bridge\n",
    "site/worker.js": "// worker\n",
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

const children = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Keeps a process from outliving this one. */
function ours(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

/** Ends a process at once, as when the power fails. */
async function killNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** The compiled server as a process, which can be killed and started again where it was. */
export class ServerProcess {
  readonly url: string;
  readonly #script: string;
  readonly #environment: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;
  /** What it said on standard error. */
  log = "";

  constructor({ folder, databaseUrl, port }: { folder: string; databaseUrl: string; port: number }) {
    this.url = `http://127.0.0.1:${port}`;
    this.#script = join(folder, "server/server.js");
    this.#environment = {
      PATH: process.env["PATH"] ?? "",
      PORT: String(port),
      LOG_LEVEL: "error",
      OKCVM_DATABASE_URL: databaseUrl,
      OKCVM_REGISTRATION: "open",
    };
  }

  /** Starts it; tried again while its database is just coming back. */
  async start(): Promise<void> {
    const until = Date.now() + START_LIMIT_MS;
    for (;;) {
      const problem = await this.#startOnce();
      if (problem === null) return;
      if (Date.now() > until) throw new Error(`The server does not start: ${problem}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** kill -9. */
  async kill(): Promise<void> {
    if (this.#child) await killNow(this.#child);
    this.#child = null;
  }

  /** Runs one of the operator's commands. */
  async command(...words: string[]): Promise<string> {
    const child = ours(spawn(process.execPath, [this.#script, ...words], { env: this.#environment }));
    let said = "";
    child.stdout?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) throw new Error(`${words[0]} ended with ${String(code)}: ${said}`);
    return said;
  }

  #startOnce(): Promise<string | null> {
    const child = ours(
      spawn(process.execPath, [this.#script], { env: this.#environment, stdio: ["ignore", "pipe", "pipe"] }),
    );
    this.#child = child;
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      this.log += chunk.toString();
    });
    return new Promise((resolve) => {
      child.once("exit", (code) => resolve(`exit ${code}: ${said}`));
      child.stdout?.on("data", (chunk: Buffer) => {
        if (chunk.toString().includes("ready at")) resolve(null);
      });
    });
  }
}
