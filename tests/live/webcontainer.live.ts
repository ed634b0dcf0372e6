import "fake-indexeddb/auto";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { newId } from "../../src/domain/ids.ts";
import type { Sandbox } from "../../src/ports/sandbox.ts";
import type { Workspace } from "../../src/ports/workspace.ts";
import { EmbeddedSandbox } from "../../src/sandbox/embedded/embedded-sandbox.ts";
import { sandboxContract } from "../contract/sandbox-contract.ts";
import { openHub } from "../support/ports/hub-workspace.ts";
import {
  startHarness,
  type Harness,
  type HarnessPage,
  type PageSandbox,
} from "../support/webcontainer/harness.ts";
import { buildKernel, openNodeHost } from "../unit/sandbox/node-host.ts";

/**
 * The real service, on a machine with internet and Chromium:
 * OKCVM_LIVE_WEBCONTAINER=yes, and OKCVM_WEBCONTAINER_KEY where there is one.
 * The page is at 127.0.0.1, which the service takes without a key.
 */
const origin = process.env["OKCVM_WEBCONTAINER_ORIGIN"] ?? "https://stackblitz.com";
const apiKey = process.env["OKCVM_WEBCONTAINER_KEY"] ?? null;

let harness: Harness;
let page: HarnessPage;
let kernel = "";

async function open(): Promise<{ sandbox: PageSandbox; workspace: Workspace }> {
  const workspace = await openHub(newId());
  const fallback: Sandbox = new EmbeddedSandbox({
    workspace,
    loadKernel: async () => kernel,
    openHost: openNodeHost,
  });
  const sandbox = await page.open(workspace, {
    address: { origin, apiKey },
    fallback,
    limits: { bootMs: 60_000 },
  });
  return { sandbox, workspace };
}

describe.skipIf(process.env["OKCVM_LIVE_WEBCONTAINER"] !== "yes")("the real WebContainer", () => {
  beforeAll(async () => {
    [harness, kernel] = await Promise.all([startHarness(), buildKernel()]);
    page = await harness.openPage();
  }, 120_000);

  afterAll(() => harness.close());

  sandboxContract("the real WebContainer with its fallback", open);

  test("Node runs, packages install, files come back, and a server is told of", async () => {
    const { sandbox, workspace } = await open();
    const run = (command: string) => sandbox.shell({ command, timeoutMs: 100_000 });
    expect((await run("node -p process.versions.webcontainer")).stdout).toMatch(/^\S+\n$/);
    await workspace.write("package.json", '{"dependencies":{"is-odd":"3.0.1"}}');
    expect((await run("npm install")).exitCode).toBe(0);
    expect((await run(`node -p "require('is-odd')(3)"`)).stdout).toBe("true\n");
    expect(await workspace.stat("package-lock.json")).not.toBeNull();
    expect(await workspace.stat("node_modules")).toBeNull();
    await workspace.write("s.js", 'require("node:http").createServer((q, r) => r.end("hi")).listen(3111)');
    const server = await sandbox.spawn("node", ["s.js"]);
    await expect.poll(() => sandbox.servers, { timeout: 30_000 }).toMatchObject([{ port: 3111 }]);
    await server.kill();
    await sandbox.close();
  });
});
