import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

import { build } from "vite";

import { justBashHook } from "../../../scripts/just-bash-hook.ts";

import type { EngineHost } from "../../../src/sandbox/frame/frame.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The kernel as one classic script, built as the app builds it. */
export async function buildKernel(): Promise<string> {
  const built = await build({
    configFile: false,
    root,
    logLevel: "error",
    plugins: [justBashHook()],
    resolve: {
      alias: [
        { find: /^node:zlib$/, replacement: `${root}src/sandbox/embedded/zlib-shim.ts` },
        { find: /^buffer$/, replacement: `${root}node_modules/buffer/index.js` },
      ],
    },
    build: {
      write: false,
      minify: false,
      target: "es2022",
      lib: { entry: `${root}src/sandbox/embedded/kernel-worker.ts`, formats: ["iife"], name: "kernel" },
    },
  });
  const output = Array.isArray(built) ? built[0] : built;
  if (!output || !("output" in output)) throw new Error("The kernel was not built.");
  return output.output[0].code;
}

/** What a browser's Worker has and Node's has under other names. */
const PRELUDE = `
const { parentPort } = require("node:worker_threads");
globalThis.self = globalThis;
globalThis.postMessage = (value) => parentPort.postMessage(value);
parentPort.on("message", (message) => globalThis.onmessage?.({ ports: [message.port] }));
`;

/** Starts Workers as the frame does, by the same protocol, in threads of Node. */
export async function openNodeHost(): Promise<EngineHost> {
  const workers = new Set<Worker>();
  return {
    async startWorker(code) {
      const worker = new Worker(PRELUDE + code, { eval: true });
      workers.add(worker);
      const died = new Promise<string>((resolve) =>
        worker.on("error", (error: Error) => resolve(error.message)),
      );
      await Promise.race([
        new Promise((resolve) => worker.once("message", resolve)),
        died.then((reason) => Promise.reject(new Error(reason))),
      ]);
      const channel = new MessageChannel();
      worker.postMessage({ port: channel.port2 }, [channel.port2 as never]);
      return {
        port: channel.port1,
        died,
        async kill() {
          workers.delete(worker);
          await worker.terminate();
        },
        // The shell asks nothing while it is blocked.
        answer() {},
        interrupt() {},
      };
    },
    keep() {},
    close() {
      for (const worker of workers) void worker.terminate();
    },
  };
}
