import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

import { environmentSchema } from "../../../sync-server/config-schema.ts";
import { readConfig } from "../../../sync-server/config.ts";
import { KEY_PREFIX } from "../../../sync-server/providers.ts";

const root = resolve(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const KNOWN = new Set(Object.keys(environmentSchema.shape));
/** What the image's Node and MariaDB's own image read. */
const NOT_OURS = new Set(["NODE_ENV", "NODE_EXTRA_CA_CERTS"]);

interface Service {
  image?: string;
  build?: string;
  env_file?: string;
  environment?: Record<string, string>;
  volumes?: string[];
  ports?: string[];
  depends_on?: string[] | Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
}

/** NAME=value lines, those that are commented out as examples included. */
function variablesIn(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/^#?([A-Z][A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
  );
}

/** The Dockerfile's instructions, each on one line. */
function instructions(): string[] {
  return read("Dockerfile")
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
}

describe("the Dockerfile", () => {
  const lines = instructions();
  const words = (name: string) =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).trim());

  it("has known instructions, and stages that are there", () => {
    for (const line of lines)
      expect(line).toMatch(/^(?:FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|EXPOSE|HEALTHCHECK|CMD) \S/);
    const stages = words("FROM").flatMap((from) => / AS (\w+)$/.exec(from)?.[1] ?? []);
    for (const from of words("FROM")) expect(from).toMatch(/^node:\d+-bookworm-slim(?: AS \w+)?$/);
    for (const copy of words("COPY")) {
      const stage = /^--from=(\w+) /.exec(copy)?.[1];
      if (stage !== undefined) expect(stages).toContain(stage);
    }
    expect(stages).toEqual(["build", "packages"]);
  });

  it("copies what is there and what .dockerignore lets in", () => {
    const [first, ...rest] = read(".dockerignore")
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("#"));
    expect(first).toBe("*");
    const allowed = new Set(rest.filter((line) => line.startsWith("!")).map((line) => line.slice(1)));
    const copied = words("COPY")
      .filter((copy) => !copy.startsWith("--from="))
      .flatMap((copy) => copy.split(" ").slice(0, -1));
    expect(copied.length).toBeGreaterThan(8);
    for (const source of copied) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(allowed, source).toContain(source);
    }
    for (const source of allowed) expect(copied, `${source} is let in and not used`).toContain(source);
  });

  it("copies whatever the build imports", () => {
    const copied = words("COPY").flatMap((copy) => copy.split(" ").slice(0, -1));
    for (const config of ["vite.config.ts", "vite.server.config.ts"])
      for (const [, path = ""] of read(config).matchAll(/from "\.\/([^"]+)"/g))
        expect(copied, path).toContain(path.split("/")[0]);
  });

  it("sets variables that the server knows, to values it takes", () => {
    const environment = Object.fromEntries(
      words("ENV").flatMap((line) => line.split(/\s+/).map((pair) => pair.split("=", 2) as [string, string])),
    );
    expect(Object.keys(environment).filter((name) => !KNOWN.has(name) && !NOT_OURS.has(name))).toEqual([]);
    expect(readConfig(environment)).toMatchObject({
      port: 8787,
      host: "0.0.0.0",
      sync: { database: { kind: "sqlite", path: "/data/okcvm.db" }, registration: "closed" },
    });
    expect(words("EXPOSE")).toEqual([environment["PORT"]]);
  });

  it("runs as nobody special, looks after its health, and gets its signals", () => {
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith("FROM ")));
    expect(last).toContain("USER node");
    expect(last).toContain("VOLUME /data");
    const [health = ""] = words("HEALTHCHECK");
    const probe = JSON.parse(/CMD (\[.*\])$/.exec(health)?.[1] ?? "null") as string[];
    expect(probe.slice(0, 2)).toEqual(["node", "-e"]);
    expect(() => new Function(probe[2] ?? "(")).not.toThrow();
    expect(probe[2]).toContain("/healthz");
    expect(JSON.parse(words("CMD")[0] ?? "null")).toEqual(["node", "dist/server/server.js"]);
  });
});

describe.each(["compose.yaml", "compose.tidb.yaml"])("%s", (file) => {
  const compose = parse(read(file)) as Compose;
  const services = Object.entries(compose.services);

  it("is of one server and its database, with volumes that are declared", () => {
    expect(services).toHaveLength(2);
    expect(compose.services["server"]).toMatchObject({ build: ".", volumes: ["data:/data"] });
    const used = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(":")[0]));
    expect(used.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
    for (const [, { depends_on: on = [] }] of services)
      for (const [other, how] of Array.isArray(on)
        ? on.map((one) => [one, null] as const)
        : Object.entries(on)) {
        expect(compose.services[other], other).toBeDefined();
        if (how?.condition === "service_healthy") expect(compose.services[other]?.healthcheck).toBeDefined();
      }
  });

  it("opens no port but to this machine, and the database's not at all", () => {
    expect(compose.services["server"]?.ports).toEqual(["127.0.0.1:8787:8787"]);
    for (const [name, { ports }] of services) if (name !== "server") expect(ports).toBeUndefined();
  });

  it("names images by version, and variables and a database that there are", () => {
    for (const [name, { image }] of services) if (name !== "server") expect(image).toMatch(/:v?\d+\.\d/);
    const server = compose.services["server"] ?? {};
    const variables = {
      ...(server.env_file ? variablesIn(read(`${server.env_file}.example`)) : {}),
      ...server.environment,
    };
    expect(Object.keys(variables).filter((name) => !KNOWN.has(name))).toEqual([]);
    const { sync } = readConfig(variables);
    if (sync?.database.kind !== "mysql") throw new Error("It keeps its data in no database.");
    expect(compose.services).toHaveProperty(sync.database.url.hostname);
  });

  it("brings an example of each file of secrets, which Git and the image leave out", () => {
    for (const [, { env_file: path }] of services) {
      if (path === undefined) continue;
      expect(existsSync(join(root, `${path}.example`)), path).toBe(true);
      expect(path).toMatch(/^deploy\/[\w-]+\.env$/);
    }
    expect(read("deploy/.gitignore")).toContain("\n*.env\n");
    expect(read(".dockerignore")).not.toContain("!deploy");
  });
});

describe("MariaDB's variables", () => {
  it("make the database that the server's address names", () => {
    const database = variablesIn(read("deploy/mariadb.env.example"));
    const url = new URL(variablesIn(read("deploy/server.env.example"))["OKCVM_DATABASE_URL"] ?? "");
    expect([url.username, url.password, url.pathname]).toEqual([
      database["MARIADB_USER"],
      database["MARIADB_PASSWORD"],
      `/${database["MARIADB_DATABASE"]}`,
    ]);
  });
});

describe("docs/operating.md", () => {
  const guide = read("docs/operating.md");

  it("has every variable in its table, and no other anywhere", () => {
    const table = [...guide.matchAll(/^\| `([A-Z_]+)(?:<NAME>)?` +\|/gm)].map(([, name = ""]) => name);
    expect(table.toSorted()).toEqual([...KNOWN, KEY_PREFIX].toSorted());
    const named = new Set([...guide.matchAll(/\b(?:OKCVM_[A-Z_]+|LOG_LEVEL)\b/g)].map(([name]) => name));
    expect([...named].filter((name) => !KNOWN.has(name) && name !== KEY_PREFIX)).toEqual([]);
  });

  it("links to files that are there", () => {
    const links = [...guide.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = ""]) => join(root, "docs", path));
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((path) => !existsSync(path))).toEqual([]);
  });

  it("names metrics that the server has", async () => {
    const { ServerMetrics } = await import("../../../sync-server/metrics/server-metrics.ts");
    const { processMetrics } = await import("../../../sync-server/metrics/process-metrics.ts");
    const text = new ServerMetrics().text(processMetrics());
    const named = new Set([...guide.matchAll(/\bokcvm_[a-z_]+/g)].map(([name]) => name));
    const there = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name = ""]) => name));
    const others = new Set(["okcvm_default"]);
    expect([...named].filter((name) => !others.has(name)).toSorted()).toEqual([...there].toSorted());
  });
});

describe("the proxies' examples", () => {
  it("keep streams whole, the host's name, and /metrics to the operator", () => {
    for (const [path, wanted] of [
      ["deploy/Caddyfile", ["*.okcvm.example.com", "flush_interval -1", "respond /metrics 404"]],
      [
        "deploy/nginx.conf",
        [
          "*.okcvm.example.com",
          "proxy_buffering off;",
          "proxy_request_buffering off;",
          "Host $http_host",
          "location = /metrics",
        ],
      ],
    ] as const) {
      const text = read(path);
      for (const words of wanted) expect(text, path).toContain(words);
      expect(text.split("{").length, path).toBe(text.split("}").length);
    }
  });
});
