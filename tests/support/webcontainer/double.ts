import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

import { Machine, type MachineFaults } from "./machine.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const comlink = fileURLToPath(new URL("../../../node_modules/comlink/dist/esm/comlink.mjs", import.meta.url));

const FILES: Record<string, { file: string; type: string }> = {
  "/headless": { file: `${here}headless.html`, type: "text/html" },
  "/headless.mjs": { file: `${here}headless.mjs`, type: "text/javascript" },
  "/comlink.mjs": { file: comlink, type: "text/javascript" },
};

/** What can go wrong with the host. */
export interface Faults extends MachineFaults {
  /** Connections to the host's page are cut. */
  unreachable: boolean;
  /** The host's page comes, but a boot is never answered. */
  silent: boolean;
}

/** A local stand-in for the WebContainer's host: its protocol to the page, with real files and processes behind it. */
export interface WebContainerDouble {
  origin: string;
  faults: Faults;
  /** Every machine that was booted, also ended ones. */
  machines: Machine[];
  /** Queries of the host's page, as it was asked for. */
  asked: URLSearchParams[];
  close(): Promise<void>;
}

type Value = unknown;

export async function startDouble(port = 0): Promise<WebContainerDouble> {
  const faults: Faults = {
    lost: false,
    cutCharacters: false,
    blind: false,
    holdSpawn: null,
    plainShell: false,
    unreachable: false,
    silent: false,
  };
  const host = new Host(faults);
  const server = createServer((request, response) => void host.answer(request, response));
  await listen(server, port);
  const { port: real } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${real}`,
    faults,
    machines: host.machines,
    asked: host.asked,
    async close() {
      for (const machine of host.machines) machine.teardown();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

class Host {
  readonly machines: Machine[] = [];
  readonly asked: URLSearchParams[] = [];
  readonly #faults: Faults;
  readonly #streams = new Map<number, ServerResponse>();
  /** Told before the page listens. */
  readonly #early = new Map<number, string[]>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://double");
    const [, kind, id, what] = url.pathname.split("/");
    if (kind === "machines" && id === undefined) return this.#build(request, response);
    if (kind === "machines" && what === "events") return this.#listen(Number(id), response);
    if (kind === "machines") return this.#call(Number(id), request, response);
    if (kind === "served") return serve(Number(id), url.pathname.split("/").slice(3).join("/"), response);
    if (url.pathname === "/headless") this.asked.push(url.searchParams);
    const file = FILES[url.pathname];
    if (this.#faults.unreachable || !file) return void request.socket.destroy();
    response.writeHead(200, {
      "content-type": file.type,
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "cross-origin",
    });
    response.end(readFileSync(file.file));
  }

  async #build(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const options = (await bodyOf(request)) as { workdirName?: string };
    if (this.#faults.silent) return;
    const id = this.machines.length;
    const machine = new Machine(
      options.workdirName ?? "project",
      this.#faults,
      (channel, args) => this.#tell(id, channel, args),
      `http://${request.headers.host}`,
    );
    this.machines.push(machine);
    reply(response, { value: { id, info: { path: machine.path, cwd: machine.workdir } } });
  }

  async #call(id: number, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, args } = (await bodyOf(request)) as { method: string; args: unknown[] };
    if (this.#faults.lost) return;
    try {
      // A spawn that is held holds no later call.
      if (method === "run" && this.#faults.holdSpawn) {
        void this.machines[id]?.call(method, args).catch(() => {});
        return;
      }
      const given = args.map((one) => one ?? undefined);
      reply(response, { value: encode(await this.machines[id]?.call(method, given)) });
      if (method === "teardown") this.#streams.get(id)?.end();
    } catch (error) {
      reply(response, { error: error instanceof Error ? error.message : String(error) });
    }
  }

  #listen(id: number, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.flushHeaders();
    this.#streams.set(id, response);
    for (const line of this.#early.get(id) ?? []) response.write(line);
    this.#early.delete(id);
  }

  #tell(id: number, channel: number, args: unknown[]): void {
    if (this.#faults.lost) return;
    const line = `${JSON.stringify({ channel, args: encode(args) })}\n`;
    const stream = this.#streams.get(id);
    if (stream) stream.write(line);
    else this.#early.set(id, [...(this.#early.get(id) ?? []), line]);
  }
}

/** What a server in a machine answers, as a frame of an isolated page may show it. */
async function serve(port: number, path: string, response: ServerResponse): Promise<void> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/${path}`);
    response.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "text/html",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "cross-origin",
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  } catch {
    response.writeHead(502).end();
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

function reply(response: ServerResponse, body: { value?: Value; error?: string }): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return decode(JSON.parse(Buffer.concat(chunks).toString("utf8")));
}

function encode(value: Value): Value {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  return Array.isArray(value) ? value.map(encode) : value;
}

function decode(value: Value): Value {
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== "object" || value === null) return value;
  if ("$bytes" in value) return new Uint8Array(Buffer.from(String(value.$bytes), "base64"));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, decode(one)]));
}
