import type { Page } from "@playwright/test";

import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";
import { expect, ready, test } from "../support/e2e/test.ts";
import { startDouble, type WebContainerDouble } from "../support/webcontainer/double.ts";

/** The whole app with WebContainer offered by its server, against the double of its host. */
let double: WebContainerDouble;
let app: AppServer;

test.beforeEach(async () => {
  double = await startDouble();
  app = await startAppServer({
    env: { OKCVM_WEBCONTAINER_ORIGIN: double.origin, OKCVM_WEBCONTAINER_KEY: "operator-key" },
  });
});

test.afterEach(async () => {
  await app.stop();
  await double.close();
});

interface Ran {
  output: string;
  engine: string;
}

/** One command, as the agent's tool runs it, and the engine's name after it. */
function run(page: Page, command: string): Promise<Ran> {
  return page.evaluate(async (text) => {
    const session = await okcvm.open();
    const { output } = await session.callTool("mshtools-shell", { command: text });
    return { output, engine: session.engine.name };
  }, command);
}

async function open(page: Page): Promise<void> {
  await page.goto(app.url);
  await ready(page);
}

test("commands run in WebContainer where the server offers it, and its files are the conversation's", async ({
  page,
}) => {
  await open(page);
  const ran = await run(page, "node -p 'process.version' && echo from-node > made.txt && pwd");
  expect(ran.engine).toBe("WebContainer");
  expect(ran.output).toContain(process.version);
  expect(ran.output).toMatch(/\/mnt\/okcvm-[0-9a-f]{8}\n/);
  expect(double.asked[0]?.get("client_id")).toBe("operator-key");
  const text = await page.evaluate(async () => (await okcvm.open()).workspace.readText("made.txt"));
  expect(text).toBe("from-node\n");
});

test("switching keeps every file, and stops a command that runs, which says so", async ({ page }) => {
  await open(page);
  await run(page, "mkdir d; echo one > d/f; ln -s d/f link");
  const running = page.evaluate(async () => {
    const session = await okcvm.open();
    const started = session.callTool("mshtools-shell", { command: "echo two > g; sleep 60" });
    while ((await session.workspace.stat("g")) === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    await okcvm.settings.set({ engine: { choice: "embedded" } });
    return (await started).output;
  });
  expect(await running).toContain("the engine was changed to Embedded shell");
  const here = await run(page, "cat link g; echo three > h");
  expect(here).toMatchObject({ engine: "Embedded shell", output: expect.stringContaining("one\ntwo\n") });
  await page.evaluate(() => okcvm.settings.set({ engine: { choice: "webcontainer" } }));
  const back = await run(page, "cat d/f g h");
  expect(back).toMatchObject({
    engine: "WebContainer",
    output: expect.stringContaining("one\ntwo\nthree\n"),
  });
});

test("what its shell lacks runs in the embedded one", async ({ page }) => {
  double.faults.plainShell = true;
  await open(page);
  await run(page, "echo a b > f");
  const ran = await run(page, "awk '{print $2}' f > g; for i in 1 2; do cat g; done");
  expect(ran.output).toContain("b\nb\n");
  expect(ran.output).toContain("ran in the Embedded shell: WebContainer's shell has no awk");
  expect((await run(page, "cat g")).output).toContain("b\n");
});

test("a host that does not answer: the embedded shell after 15 s, and back when the network is", async ({
  page,
  context,
}) => {
  double.faults.unreachable = true;
  await open(page);
  const fallen = await run(page, "echo kept > f");
  expect(fallen.engine).toBe("Embedded shell, as WebContainer did not answer");
  expect(fallen.output).toContain("okcvm: ran in the Embedded shell, as WebContainer did not answer.");
  await page.getByRole("button", { name: "Settings" }).first().click();
  await page.getByRole("tab", { name: "Engine" }).click();
  await expect(page.getByRole("tabpanel")).toContainText("Embedded shell, as WebContainer did not answer");
  double.faults.unreachable = false;
  await context.setOffline(true);
  await context.setOffline(false);
  await expect(page.getByRole("tabpanel")).toContainText("WebContainer ·");
  expect(await run(page, "cat f")).toMatchObject({
    engine: "WebContainer",
    output: expect.stringContaining("kept"),
  });
});

test("a server that a command starts is shown in the preview, with the errors of its pages", async ({
  page,
}) => {
  await open(page);
  // The pane is beside a chat, not beside the welcome.
  await page.evaluate(() =>
    okcvm.settings.set({ endpoints: { chat: { baseUrl: "http://127.0.0.1:9/v1", model: "none" } } }),
  );
  await page.evaluate(async () =>
    (await okcvm.open()).workspace.write(
      "server.js",
      'require("node:http").createServer((q, r) => { r.setHeader("content-type", "text/html"); r.end("<h1>Served at " + q.url + "</h1>"); }).listen(0, "127.0.0.1");',
    ),
  );
  await run(page, "node server.js & sleep 1; echo on");
  const frame = page.frameLocator('iframe[title^="Preview of localhost:"]');
  await expect(frame.getByRole("heading")).toHaveText("Served at /");
  const choice = page.getByLabel("Site to show");
  await expect(choice.locator("option:checked")).toHaveText(/^localhost:\d+$/);
  const [server] = await page.evaluate(async () => (await okcvm.open()).engine.servers);
  double.machines.at(-1)?.emit("preview-message", {
    type: "PREVIEW_UNCAUGHT_EXCEPTION",
    message: "boom is not defined",
    port: server?.port,
    pathname: "/x",
    search: "",
    hash: "",
    previewId: "p",
    stack: "",
  });
  await page.getByText("1 error in the page").click();
  await expect(page.getByText("/x: boom is not defined")).toBeVisible();
  await expect(page.getByRole("button", { name: "Ask the agent to fix it" })).toBeEnabled();
  await page.evaluate(() => okcvm.settings.set({ engine: { choice: "embedded" } }));
  await expect(page.getByText("No site yet")).toBeVisible();
});

test("the panel sets the engine, the key and the host, and refuses what is none", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "Settings" }).first().click();
  await page.getByRole("tab", { name: "Engine" }).click();
  const panel = page.getByRole("tabpanel");
  await expect(panel).toContainText("needs a licence from StackBlitz");
  await panel.getByRole("radio", { name: "Embedded shell" }).click();
  await panel.getByLabel("WebContainer API key").fill("own-key");
  await panel.getByLabel("WebContainer API key").blur();
  await panel.getByLabel("WebContainer host").fill("https://wc.example/path");
  await panel.getByLabel("WebContainer host").blur();
  await expect(panel.getByRole("alert")).toContainText("nothing after the host name");
  await expect
    .poll(() => page.evaluate(() => okcvm.settings.get().engine))
    .toEqual({ choice: "embedded", webcontainerKey: "own-key", webcontainerOrigin: "" });
  if (process.env["OKCVM_LOOK"]) await page.screenshot({ path: process.env["OKCVM_LOOK"] });
});
