import { connect, expect, ready, test } from "../support/e2e/test.ts";
import { startAppServer } from "../support/e2e/app-server.ts";

test("after one visit the page opens without its server: shell, files, a new site, and old conversations", async ({
  home,
  app,
}) => {
  await home.evaluate(async () => {
    const session = await okcvm.open();
    await session.workspace.write("kept.txt", "from before");
    await navigator.serviceWorker.ready;
  });
  // Spare site origins are registered ahead, in idle time.
  await expect.poll(() => home.evaluate(spareCount), { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
  await app.stop();
  await home.reload();
  await ready(home);
  const offline = await home.evaluate(async () => {
    const session = await okcvm.open();
    const shell = await session.callTool("mshtools-shell", {
      command: "cat kept.txt; mkdir -p site; echo '<title>Made offline</title>' > site/index.html",
    });
    const site = await session.callTool("mshtools-deploy_website", { type: "static", local_dir: "site" });
    return { shell, site };
  });
  expect(offline.shell).toMatchObject({ ok: true, output: "from before" });
  expect(offline.site.output).toContain("published at");
  const url = (offline.site.data as { url: string }).url;
  const page = await home.context().newPage();
  await page.goto(url);
  await expect(page).toHaveTitle("Made offline");
  const again = await startAppServer({ port: app.port });
  try {
    await page.reload();
    await expect(page).toHaveTitle("Made offline");
  } finally {
    await again.stop();
  }
});

function spareCount(): Promise<number> {
  return new Promise((resolve) => {
    const open = indexedDB.open("okcvm-sites");
    open.onsuccess = () => {
      const count = open.result.transaction("spares").objectStore("spares").count();
      count.onsuccess = () => {
        resolve(count.result);
        open.result.close();
      };
    };
  });
}

test("the guided demo works to its end without the server", async ({ home, app, model }) => {
  await connect(home, model);
  await home.evaluate(() => navigator.serviceWorker.ready.then(() => okcvm.settings.set({ demo: true })));
  await expect.poll(() => home.evaluate(spareCount), { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
  await app.stop();
  await home.reload();
  await ready(home);
  await home.getByRole("textbox", { name: "Message" }).fill("Show me the tour");
  await home.getByRole("textbox", { name: "Message" }).press("Enter");
  await expect(home.getByText("What was really done")).toBeVisible({ timeout: 45_000 });
  await expect(
    home.frameLocator("iframe[title^='Preview of']").getByRole("heading", { level: 1 }),
  ).toContainText("A whole computer");
});
