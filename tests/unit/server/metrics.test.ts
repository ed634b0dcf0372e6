import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";

import { readConfig } from "../../../sync-server/config.ts";
import { ConfigError } from "../../../sync-server/config-error.ts";
import { meteredDatabase } from "../../../sync-server/metrics/metered-database.ts";
import { Counter, Gauge, Histogram } from "../../../sync-server/metrics/registry.ts";
import { ServerMetrics } from "../../../sync-server/metrics/server-metrics.ts";
import { DATABASE_KINDS } from "../../support/databases/databases.ts";
import { serveOn127 } from "./fixture.ts";
import { operatedApp } from "./operated-app.ts";
import { op } from "./sync-fixture.ts";

const TOKEN = "0123456789abcdef-metrics";
const HERE = { from: "127.0.0.1", headers: { host: "localhost:8787" } };

const [sqlite] = DATABASE_KINDS;
let kind: Awaited<ReturnType<NonNullable<typeof sqlite>["start"]>>;
let upstream: Awaited<ReturnType<typeof serveOn127>>;
const apps: Awaited<ReturnType<typeof operatedApp>>[] = [];

beforeAll(async () => {
  if (!sqlite) throw new Error("No database.");
  kind = await sqlite.start();
  upstream = await serveOn127((_, response) => void response.end("x".repeat(1000)));
});
afterEach(async () => {
  for (const { database } of apps.splice(0)) await database.close();
});
afterAll(async () => {
  await upstream.stop();
  await kind.stop();
});

async function setUp(environment: Record<string, string> = { OKCVM_METRICS: TOKEN }) {
  const made = await operatedApp(await kind.newDatabase(), environment);
  apps.push(made);
  const text = async () => {
    const reply = await made.ask("/metrics", { token: TOKEN });
    expect(reply.status).toBe(200);
    return reply.text();
  };
  /** A row's value; null when there is no such row. */
  const value = async (row: string) => {
    const line = (await text()).split("\n").find((one) => one.startsWith(`${row} `));
    return line === undefined ? null : Number(line.slice(row.length + 1));
  };
  return { ...made, text, value };
}

describe("who may read /metrics", () => {
  it("is nobody unless the operator says so", async () => {
    const { ask } = await setUp({});
    for (const how of [
      {},
      HERE,
      { token: TOKEN },
      { headers: { "sec-fetch-mode": "navigate", accept: "text/html" } },
    ])
      expect((await ask("/metrics", how)).status).toBe(404);
  });

  it("is who has the token", async () => {
    const { ask } = await setUp();
    expect((await ask("/metrics", { token: TOKEN })).headers.get("content-type")).toContain("version=0.0.4");
    for (const how of [{}, HERE, { token: `${TOKEN}x` }, { token: TOKEN.slice(1) }, { token: "" }]) {
      const reply = await ask("/metrics", how);
      expect([reply.status, reply.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      expect(await reply.text()).not.toContain(TOKEN);
    }
  });

  it("may reach the server by any name with a token, and by its own names only without", async () => {
    const evil = "http://evil.example";
    const { ask } = await setUp();
    expect((await ask(`${evil}/metrics`, { token: TOKEN })).status).toBe(200);
    expect((await ask(`${evil}/metrics`)).status).toBe(401);
    expect((await ask(`${evil}/v1/info`, { token: TOKEN })).status).toBe(421);
    expect((await ask("http://abcdefgh12.okcvm.localhost:8787/metrics", { token: TOKEN })).status).toBe(404);
    for (const environment of [{}, { OKCVM_METRICS: "loopback" }]) {
      const other = await setUp(environment);
      expect((await other.ask(`${evil}/metrics`, { from: "127.0.0.1" })).status).toBe(421);
    }
  });

  it("is this machine, never what a proxy on it passes on", async () => {
    const { ask } = await setUp({ OKCVM_METRICS: "loopback", OKCVM_PUBLIC_URL: "https://okcvm.example.com" });
    const status = async (from: string, headers: Record<string, string>) =>
      (await ask("/metrics", { from, headers })).status;
    for (const from of ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
      expect(await status(from, { host: "localhost:8787" }), from).toBe(200);
    for (const from of ["192.0.2.1", "10.0.0.1", "::ffff:192.0.2.1", "unknown"])
      expect(await status(from, { host: "localhost:8787" }), from).toBe(404);
    for (const name of ["x-forwarded-for", "x-real-ip", "forwarded", "via"])
      expect(await status("127.0.0.1", { host: "localhost:8787", [name]: "127.0.0.1" }), name).toBe(404);
    expect(await status("127.0.0.1", { host: "okcvm.example.com" })).toBe(404);
  });

  it.each(["short", "fifteen-letters", "has a space in its middle", "LOOPBACK"])(
    "is not told by %j",
    (value) => {
      const read = () => readConfig({ OKCVM_METRICS: value });
      expect(read).toThrow(ConfigError);
      expect(read).toThrow(/^OKCVM_METRICS .*16 or more/);
      expect(read).not.toThrow(value);
    },
  );
});

describe("what is counted", () => {
  it("are requests and their times, by route", async () => {
    const { ask, value } = await setUp();
    await ask("/healthz");
    await ask("/healthz");
    await ask("/assets/main-1a2b.js");
    await ask("/sw.js");
    await ask("/v1/spaces");
    expect(await value('okcvm_requests_total{route="health",method="GET",status="2xx"}')).toBe(2);
    expect(await value('okcvm_requests_total{route="file",method="GET",status="2xx"}')).toBe(2);
    expect(await value('okcvm_requests_total{route="sync /spaces",method="GET",status="4xx"}')).toBe(1);
    expect(await value('okcvm_request_seconds_bucket{route="health",le="+Inf"}')).toBe(2);
    expect(await value('okcvm_request_seconds_count{route="health"}')).toBe(2);
    expect(await value('okcvm_request_seconds_bucket{route="health",le="10"}')).toBe(2);
  });

  it("are changes that are pushed and pulled", async () => {
    const { ask, newPerson, value } = await setUp();
    const { token, homeSpace } = await newPerson();
    const ops = [op(), op(), op()];
    const push = (sent: unknown) =>
      ask(`/v1/spaces/${homeSpace}/push`, { method: "POST", token, body: { ops: sent } });
    expect((await push(ops)).status).toBe(200);
    const again = (await (await push([ops[0], op()])).json()) as { results: { status: string }[] };
    expect(again.results.map(({ status }) => status)).toEqual(["dup", "new"]);
    const pulled = (await (await ask(`/v1/spaces/${homeSpace}/pull`, { token })).json()) as {
      items: unknown[];
    };
    expect(pulled.items).toHaveLength(4);
    expect((await ask(`/v1/spaces/${homeSpace}/pull?cursor=x`, { token })).status).toBe(400);
    expect(await value('okcvm_pushed_ops_total{status="new"}')).toBe(4);
    expect(await value('okcvm_pushed_ops_total{status="dup"}')).toBe(1);
    expect(await value("okcvm_pulled_rows_total")).toBe(4);
    const pushes = 'okcvm_requests_total{route="sync /spaces/:space/push",method="POST",status="2xx"}';
    expect(await value(pushes)).toBe(2);
  });

  it("are the live notices that are open", async () => {
    const { ask, newPerson, value } = await setUp();
    const { token } = await newPerson();
    const open = async () => {
      const reader = (await ask("/v1/events", { token })).body?.getReader();
      await reader?.read();
      return reader;
    };
    const [first, second] = [await open(), await open()];
    expect(await value("okcvm_event_streams")).toBe(2);
    await first?.cancel();
    expect(await value("okcvm_event_streams")).toBe(1);
    await second?.cancel();
    await second?.cancel();
    expect(await value("okcvm_event_streams")).toBe(0);
  });

  it("are the fetch proxy's bytes and refusals", async () => {
    const { host } = new URL(upstream.url);
    const { ask, newPerson, value } = await setUp({ OKCVM_METRICS: TOKEN, OKCVM_PRIVATE_HOSTS: host });
    const { token } = await newPerson();
    const fetch = (url: string) => ask("/v1/fetch", { method: "POST", token, body: { url } });
    expect((await (await fetch(upstream.url)).text()).length).toBe(1000);
    expect((await fetch("http://127.0.0.1/")).status).toBe(403);
    expect((await fetch("http://[::1]/")).status).toBe(403);
    for (let count = 0; count < 9; count += 1) await fetch("http://127.0.0.1/");
    expect(await value("okcvm_fetch_bytes_total")).toBe(1000);
    expect(await value('okcvm_fetch_refusals_total{reason="blocked"}')).toBe(9);
    expect(await value('okcvm_fetch_refusals_total{reason="rate_limited"}')).toBe(2);
  });

  it("are the model proxy's requests and bytes", async () => {
    const gone = await serveOn127(() => undefined);
    await gone.stop();
    const { ask, value } = await setUp({
      OKCVM_METRICS: TOKEN,
      OKCVM_MODEL_PROVIDERS: `up=${upstream.url}/v1 dead=${gone.url}/v1`,
    });
    await (await ask("/v1/model/up/models")).text();
    await ask("/v1/model/dead/models");
    await ask("/v1/model/nobody/models");
    expect(await value('okcvm_model_requests_total{provider="up",status="2xx"}')).toBe(1);
    expect(await value('okcvm_model_requests_total{provider="dead",status="none"}')).toBe(1);
    expect(await value('okcvm_model_bytes_total{provider="up"}')).toBe(1000);
  });

  it("is the process", async () => {
    const { value } = await setUp();
    expect(await value("okcvm_uptime_seconds")).toBeGreaterThan(0);
    expect(await value('okcvm_memory_bytes{kind="resident"}')).toBeGreaterThan(1024 * 1024);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const until = performance.now() + 200;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await value('okcvm_event_loop_lag_seconds{quantile="1"}')).toBeGreaterThan(0.1);
  });

  it("is a database that fails, once for each request that fails for it", async () => {
    const { ask, newPerson, value, database } = await setUp();
    const { token, homeSpace } = await newPerson();
    await newPerson();
    expect(await value("okcvm_database_errors_total")).toBe(0);
    await database.kysely.schema.dropTable("items").execute();
    const push = { method: "POST", token, body: { ops: [op()] } };
    expect((await ask(`/v1/spaces/${homeSpace}/push`, push)).status).toBe(500);
    expect(await value("okcvm_database_errors_total")).toBe(1);
    // Nothing new is there, so a pull does not look at the table that is gone.
    expect((await ask(`/v1/spaces/${homeSpace}/pull`, { token })).status).toBe(200);
    expect(await value("okcvm_database_errors_total")).toBe(1);
  });

  it("grows no rows by what strangers ask", async () => {
    const { ask, text } = await setUp({ OKCVM_METRICS: TOKEN, OKCVM_PYTHON_PACKAGES: "off" });
    const random = () => randomBytes(6).toString("hex");
    const ask1000 = async () => {
      for (let count = 0; count < 1000; count += 1) {
        const roots = [
          "",
          "/v1",
          "/v1/spaces",
          "/v1/model",
          "/v1/model/openai/models",
          "/v1/git",
          "/py/pkgs",
          "/git",
        ];
        const path = `${roots[count % roots.length]}/${random()}?${random()}=${random()}`;
        const method =
          count % 3 === 0 ? "GET" : count % 3 === 1 ? "POST" : random().toUpperCase().replaceAll(/\d/g, "X");
        // A wrong method of a proxy's route keeps it from calling anyone.
        await ask(path, {
          method: path.includes("/models/") ? "PUT" : method,
          headers: { host: hostOf(count) },
        });
      }
    };
    const hostOf = (count: number) =>
      count % 10 === 0 ? `${random()}.okcvm.localhost:8787` : "okcvm.localhost:8787";
    await ask1000();
    const first = await text();
    await ask1000();
    const second = await text();
    const rows = (all: string) => all.split("\n").map((line) => line.replace(/ [^ ]+$/, ""));
    expect(rows(second).length).toBeLessThan(rows(first).length + 16);
    expect(rows(second).length).toBeLessThan(400);
    const routes = new Set([...second.matchAll(/route="([^"]*)"/g)].map((match) => match[1]));
    expect([...routes].filter((route) => /[0-9a-f]{12}/.test(route ?? ""))).toEqual([]);
    expect(routes.size).toBeLessThan(20);
    const methods = new Set([...second.matchAll(/method="([^"]*)"/g)].map((match) => match[1]));
    expect([...methods].toSorted()).toEqual(["GET", "POST", "PUT", "other"]);
  });
});

describe("transactions that are begun again", () => {
  it("are counted", async () => {
    const { database } = await setUp();
    const metrics = new ServerMetrics();
    const metered = meteredDatabase(database, metrics);
    let failures = 2;
    const deadlock = Object.assign(new Error("Deadlock found"), { errno: 1213, sqlState: "40001" });
    const answer = await metered.transact(async () => {
      if ((failures -= 1) >= 0) throw deadlock;
      return "done";
    });
    expect(answer).toBe("done");
    expect(metrics.text()).toContain("\nokcvm_database_retries_total 2\n");
    expect(metrics.text()).toContain("\nokcvm_database_errors_total 0\n");
    await expect(metered.transact(() => Promise.reject(new Error("the work's own")))).rejects.toThrow("own");
    expect(metrics.text()).toContain("\nokcvm_database_errors_total 0\n");
  });
});

describe("the text", () => {
  it("is Prometheus' format", () => {
    const counter = new Counter({ name: "a_total", help: "A.", labels: ["x"] });
    counter.add({ x: 'q"\\\n' }, 2);
    counter.add({ x: 'q"\\\n' });
    expect(counter.lines()).toEqual([
      "# HELP a_total A.",
      "# TYPE a_total counter",
      String.raw`a_total{x="q\"\\\n"} 3`,
    ]);
    expect(new Counter({ name: "b", help: "B." }).lines().at(-1)).toBe("b 0");
    const gauge = new Gauge({ name: "g", help: "G." }, () => [[{}, 0.5]]);
    expect(gauge.lines()).toEqual(["# HELP g G.", "# TYPE g gauge", "g 0.5"]);
    const histogram = new Histogram({ name: "h", help: "H.", labels: ["r"] }, [1, 2]);
    for (const value of [0.5, 1, 1.5, 9]) histogram.observe({ r: "x" }, value);
    expect(histogram.lines().slice(2)).toEqual([
      'h_bucket{r="x",le="1"} 2',
      'h_bucket{r="x",le="2"} 3',
      'h_bucket{r="x",le="+Inf"} 4',
      'h_sum{r="x"} 12',
      'h_count{r="x"} 4',
    ]);
  });

  it("has every row once, and a type before it", async () => {
    const { ask, text } = await setUp();
    await ask("/healthz");
    const lines = (await text()).trim().split("\n");
    const rows = lines.filter((line) => !line.startsWith("#")).map((line) => line.replace(/ [^ ]+$/, ""));
    expect(new Set(rows).size).toBe(rows.length);
    for (const row of rows) {
      const name = row.replace(/\{.*/, "").replace(/_(?:bucket|sum|count)$/, "");
      expect(
        lines.some((line) => line.startsWith(`# TYPE ${name} `)),
        row,
      ).toBe(true);
    }
    for (const line of lines.filter((one) => !one.startsWith("#")))
      expect(line).toMatch(/^[a-z_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? -?\d[\d.e+-]*$/);
  });
});
