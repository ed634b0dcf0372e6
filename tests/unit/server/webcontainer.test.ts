import { describe, expect, test } from "vitest";

import { readConfig, resolveConfig } from "../../../sync-server/config.ts";
import { appHeaders } from "../../../sync-server/middleware/app-headers.ts";
import { serverInfo } from "../../../sync-server/routes/server-info.ts";
import { Hono } from "hono";
import type { RequestEnv } from "../../../sync-server/request-env.ts";

function configOf(variables: Record<string, string>) {
  return resolveConfig(readConfig(variables), 8787);
}

async function frameSources(variables: Record<string, string>): Promise<string> {
  const app = new Hono<RequestEnv>();
  app.use(appHeaders(configOf(variables), []));
  app.get("/", (context) => context.text(""));
  const policy = (await app.request("/")).headers.get("content-security-policy") ?? "";
  return /frame-src ([^;]*)/.exec(policy)?.[1] ?? "";
}

describe("WebContainer", () => {
  test("is offered by either variable, and only then allowed in a frame", async () => {
    expect(configOf({}).webcontainer).toBeNull();
    expect(await frameSources({})).toBe("'self' blob: http://*.okcvm.localhost:8787");
    expect(configOf({ OKCVM_WEBCONTAINER_KEY: "wc_api_1" }).webcontainer).toEqual({
      origin: "https://stackblitz.com",
      apiKey: "wc_api_1",
    });
    expect(await frameSources({ OKCVM_WEBCONTAINER_KEY: "k" })).toContain(
      "https://stackblitz.com https://*.webcontainer-api.io",
    );
    const own = { OKCVM_WEBCONTAINER_ORIGIN: "https://wc.example:8443/" };
    expect(configOf(own).webcontainer).toEqual({ origin: "https://wc.example:8443", apiKey: null });
    expect(await frameSources(own)).toBe(
      "'self' blob: http://*.okcvm.localhost:8787 https://wc.example:8443",
    );
  });

  test("is told to the page", async () => {
    const app = new Hono<RequestEnv>();
    app.get(
      "/",
      serverInfo(configOf({ OKCVM_WEBCONTAINER_KEY: "k" }), { registration: "off", login: false }),
    );
    const response = await app.request("/", {}, { entry: {} });
    expect(await response.json()).toMatchObject({
      webcontainer: { origin: "https://stackblitz.com", apiKey: "k" },
    });
  });

  test.each([
    ["OKCVM_WEBCONTAINER_ORIGIN", "stackblitz.com"],
    ["OKCVM_WEBCONTAINER_ORIGIN", "https://stackblitz.com/headless"],
    ["OKCVM_WEBCONTAINER_KEY", "two words"],
  ])("a wrong %s stops the start: %s", (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });
});
