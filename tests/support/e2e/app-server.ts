import { spawn, type ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

const entry = fileURLToPath(new URL("../../../dist/server/server.js", import.meta.url));
const START_LIMIT_MS = 20_000;

/** The real built server, in a process of its own. */
export interface AppServer {
  url: string;
  port: number;
  /** Of its process. */
  pid: number;
  /** Ends it; starting again on the same port is a new `startAppServer({port})`. */
  stop(): Promise<void>;
}

export async function startAppServer(
  options: { port?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<AppServer> {
  const port = options.port ?? (await freePort());
  const child = spawn(process.execPath, [entry], {
    // A test that wants accounts names a database of its own.
    env: { ...process.env, OKCVM_DATABASE_URL: "off", ...options.env, PORT: String(port), LOG_LEVEL: "warn" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await readyUrl(child);
  return {
    url,
    port,
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = "";
    const timer = setTimeout(
      () => reject(new Error(`The server did not start in time: ${out}`)),
      START_LIMIT_MS,
    );
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}: ${out}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      const match = /ready at (\S+)/.exec(out);
      if (!match?.[1]) return;
      clearTimeout(timer);
      resolve(match[1]);
    });
  });
}

/** A port of this machine that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
