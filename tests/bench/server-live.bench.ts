import { readFileSync } from "node:fs";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, get, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";
import { CONNECTIONS, newSpace, push, type Space } from "./server-calls.ts";
import { median, ms, publish } from "./support.ts";

/** What a fast provider takes before it speaks. Milliseconds. */
const THINKS_MS = 100;
const ROUNDS = 5;
const CALLS = 25;
const LISTENERS = 200;
const LOAD_MS = 30_000;

it("passes a model's first token on", { timeout: 300_000 }, async () => {
  const model = await slowModel();
  const { port } = model.address() as AddressInfo;
  const app = await startAppServer({
    env: { OKCVM_MODEL_PROVIDERS: `up=http://127.0.0.1:${port}/v1` },
  });
  try {
    const [ours, theirs]: [number[], number[]] = [[], []];
    const direct = `http://127.0.0.1:${port}/v1/chat/completions`;
    const proxied = `http://localhost:${app.port}/v1/model/up/chat/completions`;
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(median(await repeat(() => firstToken(direct))));
      ours.push(median(await repeat(() => firstToken(proxied))));
    }
    const [mine, other] = [median(ours), median(theirs)];
    publish(`Model proxy, a provider that thinks for ${THINKS_MS} ms`, "the provider, called directly", [
      { what: "time to the first token", ours: ms(mine), other: ms(other), ratio: (mine / other).toFixed(3) },
    ]);
  } finally {
    await app.stop();
    model.close();
  }
});

it("tells 200 listeners what 16 devices push", { timeout: 300_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-live-"));
  const app = await startAppServer({
    env: { OKCVM_DATABASE_URL: `sqlite://${folder}/live.db`, OKCVM_REGISTRATION: "open" },
  });
  try {
    const spaces = await Promise.all(Array.from({ length: CONNECTIONS }, () => newSpace(app)));
    const listeners = await Promise.all(
      Array.from({ length: LISTENERS }, (_, at) => listen(app, spaces[at % spaces.length] as Space)),
    );
    const memory: number[] = [];
    const until = performance.now() + LOAD_MS;
    let pushes = 0;
    let errors = 0;
    const sampling = setInterval(() => memory.push(residentMegabytes(app.pid)), 500);
    await Promise.all(
      spaces.map(async (space) => {
        while (performance.now() < until) {
          await push(app, space, 1).then(
            () => (pushes += 1),
            () => (errors += 1),
          );
        }
      }),
    );
    clearInterval(sampling);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const heard = listeners.map((one) => one.stop());
    const broken = heard.filter(({ open, events }) => !open || events === 0).length;
    const quarter = median(memory.slice(Math.floor(memory.length / 4), Math.floor(memory.length / 2)));
    const end = median(memory.slice(Math.floor((memory.length * 3) / 4)));
    publish(
      `Live notice, ${LISTENERS} listeners and ${CONNECTIONS} pushers on SQLite`,
      "the second quarter of the run",
      [
        { what: "errors of pushes and listeners", ours: String(errors + broken), other: "0", ratio: "—" },
        {
          what: "pushes a second",
          ours: `${Math.round((pushes * 1_000) / LOAD_MS)}/s`,
          other: "—",
          ratio: "—",
        },
        {
          what: "the server's memory in the last quarter",
          ours: `${Math.round(end)} MB`,
          other: `${Math.round(quarter)} MB`,
          ratio: (end / quarter).toFixed(2),
        },
      ],
    );
    expect([errors, broken]).toEqual([0, 0]);
  } finally {
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

async function repeat(call: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < CALLS; n++) times.push(await call());
  return times;
}

/** A provider that streams after its time to think. */
function slowModel(): Promise<Server> {
  const server = createServer((incoming, reply) => {
    incoming.resume();
    incoming.on("end", () => {
      setTimeout(() => {
        reply.writeHead(200, { "content-type": "text/event-stream" });
        reply.write('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n');
        setTimeout(() => reply.end("data: [DONE]\n\n"), 5);
      }, THINKS_MS);
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Milliseconds from the request to the first byte of its reply's body. */
function firstToken(address: string): Promise<number> {
  const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "hi" }] });
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      address,
      {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: "Bearer sk-bench",
          "content-length": body.length,
        },
      },
      (reply) => {
        reply.once("data", () => {
          const took = performance.now() - began;
          reply.resume();
          reply.on("end", () =>
            reply.statusCode === 200 ? resolve(took) : reject(new Error(`${reply.statusCode}`)),
          );
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

interface Listener {
  stop(): { open: boolean; events: number };
}

function listen(app: AppServer, space: Space): Promise<Listener> {
  let events = 0;
  let open = true;
  return new Promise((resolve, reject) => {
    const call = get(
      {
        host: "127.0.0.1",
        port: app.port,
        path: "/v1/events",
        agent: false,
        headers: { host: `localhost:${app.port}`, authorization: `Bearer ${space.token}` },
      },
      (reply) => {
        if (reply.statusCode !== 200) return reject(new Error(`The notice answered ${reply.statusCode}.`));
        reply.setEncoding("utf8");
        reply.on("data", (text: string) => (events += text.split("event: changed").length - 1));
        reply.on("close", () => (open = false));
        resolve({
          stop() {
            const seen = { open, events };
            call.destroy();
            return seen;
          },
        });
      },
    );
    call.on("error", (error) => (open ? reject(error) : undefined));
  });
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}
