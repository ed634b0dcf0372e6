import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadAssets } from "../../../sync-server/assets.ts";
import { ConfigError } from "../../../sync-server/config-error.ts";
import { readConfig, resolveConfig } from "../../../sync-server/config.ts";
import { temporaryBuild } from "./fixture.ts";

const CANARY = "sk-canary-4f1b";

function refusal(environment: Record<string, string>): ConfigError {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("the configuration was taken");
}

describe("the defaults", () => {
  it("follow the real port", () => {
    const start = readConfig({});
    expect(start).toMatchObject({ port: 8787, host: null, logLevel: "info" });
    const config = resolveConfig(readConfig({ PORT: "0" }), 40_123);
    expect(config.publicUrl.origin).toBe("http://okcvm.localhost:40123");
    expect(config.sitesHost).toBe("okcvm.localhost:40123");
  });

  it("name five providers without keys", () => {
    const { providers } = readConfig({});
    expect([...providers.keys()]).toEqual(["openai", "moonshot", "moonshot-cn", "openrouter", "deepseek"]);
    expect([...providers.values()].every(({ key }) => key === null)).toBe(true);
  });

  it("stand for variables that are set to nothing", () => {
    expect(readConfig({ PORT: "", LOG_LEVEL: " ", OKCVM_MODEL_KEY_OPENAI: "" })).toEqual(readConfig({}));
  });
});

describe("the database", () => {
  const sync = (environment: Record<string, string>) => readConfig(environment).sync;

  it("is a file of this system's where none is named, and anyone on this machine may make an account", () => {
    expect(sync({ XDG_DATA_HOME: "/data" })).toMatchObject({
      database: { kind: "sqlite", path: "/data/okcvm/okcvm.db" },
      registration: "open",
    });
  });

  it("is what is named", () => {
    expect(sync({ OKCVM_DATABASE_URL: "off" })).toBeNull();
    expect(sync({ OKCVM_DATABASE_URL: "sqlite:///srv/a%20b.db" })?.database).toEqual({
      kind: "sqlite",
      path: "/srv/a b.db",
    });
    expect(sync({ OKCVM_DATABASE_URL: "mysql://u:p@db:4000/okcvm" })?.database).toMatchObject({
      kind: "mysql",
    });
  });

  it("takes no accounts from strangers unless the operator says so", () => {
    expect(sync({ HOST: "0.0.0.0" })?.registration).toBe("closed");
    expect(sync({ HOST: "0.0.0.0", OKCVM_REGISTRATION: "open" })?.registration).toBe("open");
  });

  it.each([
    "sqlite://relative.db",
    "sqlite:///",
    "mysql://u:hunter2@/x",
    "mysql://u:hunter2@h",
    "postgres://u:hunter2@h/x",
  ])("is not %s, which is not repeated", (address) => {
    const { message } = refusal({ OKCVM_DATABASE_URL: address });
    expect(message).toContain("but it takes off, or a database's address");
    expect(message).not.toContain("hunter2");
  });
});

describe("good values", () => {
  it("are taken", () => {
    const config = readConfig({
      HOST: "0.0.0.0",
      OKCVM_PUBLIC_URL: "https://OKCVM.example.com/",
      OKCVM_SITES_HOST: "Sites.Example.com:8443",
      OKCVM_MODEL_PROVIDERS: "local=http://192.168.0.7:11434/v1/  openai=https://proxy.example.com/openai",
      OKCVM_MODEL_KEY_MOONSHOT_CN: ` ${CANARY} `,
      OKCVM_ALLOW_SHARED_KEYS: "yes",
    });
    expect(config.publicUrl?.origin).toBe("https://okcvm.example.com");
    expect(config.sitesHost).toBe("sites.example.com:8443");
    expect(config.providers.get("local")?.baseUrl).toBe("http://192.168.0.7:11434/v1");
    expect(config.providers.get("openai")?.baseUrl).toBe("https://proxy.example.com/openai");
    expect(config.providers.get("moonshot-cn")?.key).toBe(CANARY);
  });

  it("are headers that a proxy alone sends", () => {
    for (const name of ["X-Forwarded-User", "Remote-User", "X-Auth-Request-Email", "Cf-Access-Email"])
      expect(readConfig({ OKCVM_IDENTITY_HEADER: name, OKCVM_PROXIES: "10.0.0.1" }).sync).toMatchObject({
        identityHeader: name.toLowerCase(),
      });
  });

  it("let a key be held on loopback without a further word", () => {
    expect(
      readConfig({ HOST: "127.0.0.5", OKCVM_MODEL_KEY_OPENAI: CANARY }).providers.get("openai")?.key,
    ).toBe(CANARY);
    expect(
      readConfig({ OKCVM_PUBLIC_URL: "http://a.localhost:1", OKCVM_MODEL_KEY_OPENAI: CANARY }).port,
    ).toBe(8787);
  });
});

describe("bad values stop the start", () => {
  const cases: [Record<string, string>, string[]][] = [
    [{ PORT: "http" }, ["PORT", '"http"', "0 to 65535"]],
    [{ PORT: "65536" }, ["PORT", '"65536"', "0 to 65535"]],
    [{ PORT: "-1" }, ["PORT", '"-1"']],
    [{ HOST: "0.0.0.0:80" }, ["HOST", '"0.0.0.0:80"', "without a port"]],
    [{ HOST: "http://x" }, ["HOST", '"http://x"']],
    [{ OKCVM_PUBLIC_URL: "okcvm.example.com" }, ["OKCVM_PUBLIC_URL", '"okcvm.example.com"', "https"]],
    [{ OKCVM_PUBLIC_URL: "https://example.com/app" }, ["OKCVM_PUBLIC_URL", "nothing after the host"]],
    [{ OKCVM_PUBLIC_URL: "https://a:b@example.com" }, ["OKCVM_PUBLIC_URL"]],
    [{ OKCVM_PUBLIC_URL: "ftp://example.com" }, ["OKCVM_PUBLIC_URL"]],
    [{ OKCVM_PUBLIC_URL: "http://192.168.1.5:8787" }, ["OKCVM_PUBLIC_URL", "OKCVM_SITES_HOST"]],
    [{ OKCVM_SITES_HOST: "https://sites.example.com" }, ["OKCVM_SITES_HOST", "host name"]],
    [{ OKCVM_SITES_HOST: "sites.example.com:99999" }, ["OKCVM_SITES_HOST"]],
    [{ OKCVM_SITES_HOST: "10.0.0.1" }, ["OKCVM_SITES_HOST"]],
    [{ OKCVM_SITES_HOST: "a.com; script-src *" }, ["OKCVM_SITES_HOST"]],
    [{ OKCVM_MODEL_PROVIDERS: "local" }, ["OKCVM_MODEL_PROVIDERS", '"local"', "name=baseUrl"]],
    [{ OKCVM_MODEL_PROVIDERS: "Local=http://127.0.0.1/v1" }, ["OKCVM_MODEL_PROVIDERS", "a-z, 0-9 and -"]],
    [{ OKCVM_MODEL_PROVIDERS: "a=file:///etc" }, ["OKCVM_MODEL_PROVIDERS"]],
    [{ OKCVM_MODEL_PROVIDERS: "a=http://x/v1 a=http://y/v1" }, ["OKCVM_MODEL_PROVIDERS", "each name once"]],
    [{ OKCVM_MODEL_PROVIDERS: "a=http://x/v1?key=1" }, ["OKCVM_MODEL_PROVIDERS"]],
    [{ OKCVM_ALLOW_SHARED_KEYS: "true" }, ["OKCVM_ALLOW_SHARED_KEYS", '"true"', "only yes"]],
    [{ OKCVM_IDENTITY_HEADER: "X User" }, ["OKCVM_IDENTITY_HEADER", '"X User"', "X-Forwarded-User"]],
    ...["Host", "Authorization", "Cookie", "USER-AGENT", "x-forwarded-for", "Sec-Fetch-Site", "Accept"].map(
      (name): [Record<string, string>, string[]] => [
        { OKCVM_IDENTITY_HEADER: name, OKCVM_PROXIES: "10.0.0.1" },
        ["OKCVM_IDENTITY_HEADER", JSON.stringify(name), "which no browser or connection sends by itself"],
      ],
    ),
    [{ LOG_LEVEL: "loud" }, ["LOG_LEVEL", '"loud"', "trace, debug, info, warn, error, fatal, silent"]],
    [{ OKCVM_MODEL_KEY_ACME: CANARY }, ["OKCVM_MODEL_KEY_ACME", "OKCVM_MODEL_KEY_OPENAI"]],
    [{ OKCVM_MODEL_KEY_OPENAI: `${CANARY}\nx: y` }, ["OKCVM_MODEL_KEY_OPENAI", "secret"]],
    [{ OKCVM_MODEL_KEY_OPENAI: `${CANARY}ключ` }, ["OKCVM_MODEL_KEY_OPENAI", "ASCII"]],
    [
      { HOST: "0.0.0.0", OKCVM_MODEL_KEY_OPENAI: CANARY },
      ["HOST", "0.0.0.0", "OKCVM_ALLOW_SHARED_KEYS=accounts"],
    ],
    [
      { OKCVM_PUBLIC_URL: "https://example.com", OKCVM_MODEL_KEY_OPENAI: CANARY },
      ["OKCVM_PUBLIC_URL", "OKCVM_ALLOW_SHARED_KEYS=accounts"],
    ],
  ];

  it.each(cases)("%j", (environment, words) => {
    const error = refusal(environment);
    expect(error.exitCode).toBe(2);
    for (const word of words) expect(error.message).toContain(word);
    expect(error.message.endsWith(".")).toBe(true);
    expect(error.message).not.toContain("\n");
    expect(error.message).not.toContain(CANARY);
  });
});

describe("the build folder", () => {
  it("must be there", () => {
    expect(() => loadAssets(join(tmpdir(), "okcvm-no-such-build"))).toThrow(/npm run build/);
    const empty = mkdtempSync(join(tmpdir(), "okcvm-empty-"));
    expect(() => loadAssets(empty)).toThrow(ConfigError);
  });

  it("must be whole", () => {
    for (const file of [
      "app/index.html",
      "app/csp.json",
      "site/bridge.html",
      "site/bridge.js",
      "site/worker.js",
    ]) {
      const dist = temporaryBuild();
      rmSync(join(dist, file));
      expect(() => loadAssets(dist), file).toThrow(/npm run build/);
    }
  });

  it("must not smuggle anything into the policy", () => {
    for (const csp of [
      "",
      "{}",
      '{"scriptHashes":["sha256-a; script-src *"]}',
      '{"scriptHashes":["unsafe-inline"]}',
    ]) {
      const dist = temporaryBuild();
      writeFileSync(join(dist, "app/csp.json"), csp);
      expect(() => loadAssets(dist), csp).toThrow(/csp\.json/);
    }
  });
});
