import { it } from "vitest";

import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";
import { CONNECTIONS, newSpace, push, send, type Space } from "./server-calls.ts";
import { onEachDatabase } from "./databases.ts";
import { median, publish, type Row } from "./support.ts";

const ROUNDS = 5;
const ROUND_MS = 3_000;
const PUSH_OPS = 20;
const PULL_ROWS = 50;
const SPACES = 16;

it("takes and gives changes", { timeout: 600_000 }, () => onEachDatabase(measure));

async function measure(name: string, address: string): Promise<void> {
  const app = await startAppServer({ env: { OKCVM_DATABASE_URL: address, OKCVM_REGISTRATION: "open" } });
  try {
    const spaces = await Promise.all(Array.from({ length: SPACES }, () => newSpace(app)));
    for (const space of spaces) await push(app, space, PULL_ROWS);
    const rates = { select: [] as number[], push: [] as number[], pull: [] as number[] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.select.push(await rate((at) => plain(app, at)));
      rates.push.push(await rate((at) => push(app, spaces[at % SPACES] as Space, PUSH_OPS)));
      rates.pull.push(await rate((at) => pull(app, spaces[at % SPACES] as Space)));
    }
    publish(
      `Server on ${name}, calls a second over ${CONNECTIONS} connections (more is better)`,
      "SELECT 1 through the same server",
      [
        row(`push of ${PUSH_OPS} small messages`, rates.push, rates.select),
        row(`pull of ${PULL_ROWS} rows`, rates.pull, rates.select),
      ],
    );
  } finally {
    await app.stop();
  }
}

function row(what: string, ours: number[], theirs: number[]): Row {
  const [mine, other] = [median(ours), median(theirs)];
  const perSecond = (value: number): string => `${Math.round(value).toLocaleString("en")}/s`;
  return { what, ours: perSecond(mine), other: perSecond(other), ratio: (mine / other).toFixed(3) };
}

/** Calls a second, over all connections, each of which waits for its reply. */
async function rate(call: (connection: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  const until = started + ROUND_MS;
  let done = 0;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async (_, at) => {
      while (performance.now() < until) {
        await call(at);
        done += 1;
      }
    }),
  );
  return (done * 1_000) / (performance.now() - started);
}

async function plain(app: AppServer, _connection: number): Promise<void> {
  if (!(await send(app, "/readyz")).includes("true")) throw new Error("It is not ready.");
}

async function pull(app: AppServer, space: Space): Promise<void> {
  const { items } = JSON.parse(
    await send(app, `/v1/spaces/${space.id}/pull?limit=${PULL_ROWS}`, space.token),
  ) as { items: unknown[] };
  if (items.length !== PULL_ROWS) throw new Error(`A pull gave ${items.length} rows.`);
}
