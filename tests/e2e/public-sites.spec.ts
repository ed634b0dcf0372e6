import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import { closeSettings, createAccount, otherBrowser, test } from "../support/e2e/account-test.ts";
import { seriousIssues } from "../support/e2e/axe.ts";
import { startAppServer } from "../support/e2e/app-server.ts";
import { expect, ready } from "../support/e2e/test.ts";

const images = fileURLToPath(new URL("../../test-results/images", import.meta.url));

/** The guided demo, which publishes a site in this browser. */
async function takeDemo(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Take the guided demo" }).click();
  await expect(page.getByText("What was really done")).toBeVisible({ timeout: 60_000 });
  await page.getByRole("tab", { name: "Preview" }).click();
  await expect(
    page.frameLocator("iframe[title^='Preview of']").getByRole("heading", { level: 1 }),
  ).toBeVisible();
}

test("a site is made public, seen by someone without the app, shown in another version and taken back", async ({
  home,
  browser,
}) => {
  await takeDemo(home);
  const open = home.getByRole("button", { name: "Make public" });
  await open.click();
  await home.getByRole("dialog").getByRole("button", { name: "Set up an account" }).click();
  await home.getByRole("tabpanel").getByRole("button", { name: "Create an account" }).waitFor();
  await createAccount(home);
  await closeSettings(home);

  await open.click();
  const dialog = home.getByRole("dialog");
  await expect(dialog).toContainText("Anyone who has the address can see the site");
  await dialog.getByRole("button", { name: "Make public" }).click();
  await expect(dialog.getByRole("img", { name: "The site's address as a QR code" })).toBeVisible();
  const address = await dialog.getByRole("textbox", { name: "Public address" }).inputValue();
  expect(address).toMatch(/^http:\/\/p[0-9a-f]{19}\.okcvm\.localhost:\d+\/$/);
  await expect(dialog.getByText("In the preview")).toBeVisible();

  // Someone else: no app, no account, and the browser that made it is not asked.
  const context = await browser.newContext();
  const visitor = await context.newPage();
  const reply = await visitor.goto(address);
  expect(reply?.status()).toBe(200);
  const title = await home
    .frameLocator("iframe[title^='Preview of']")
    .getByRole("heading", { level: 1 })
    .textContent();
  await expect(visitor.getByRole("heading", { level: 1 })).toHaveText(title ?? "");
  expect(await visitor.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
  expect(await context.cookies()).toEqual([]);

  await dialog.getByRole("button", { name: "Take it back" }).click();
  await expect(dialog).toContainText("Nobody can see it now");
  expect((await visitor.reload())?.status()).toBe(404);
  await dialog.getByRole("button", { name: "Show version 1" }).click();
  await expect(dialog.getByRole("textbox", { name: "Public address" })).toHaveValue(address);
  expect((await visitor.reload())?.status()).toBe(200);

  await dialog.getByRole("button", { name: "Delete" }).click();
  await home
    .getByRole("dialog", { name: "Delete the public site?" })
    .getByRole("button", { name: "Delete" })
    .click();
  await expect(dialog.getByRole("button", { name: "Make public" })).toBeVisible();
  expect((await visitor.reload())?.status()).toBe(404);
  await context.close();
});

/** Makes a page public that tries what it can reach of the app. Answers its address. */
async function publishHostile(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const session = await globalThis.okcvm.open(location.hash.slice("#/c/".length));
    const files = {
      "index.html":
        "<!doctype html><title>Hostile</title><p id=result>…</p><script type=module src=x.js></script>",
      "x.js": `
        const tries = { ran: true };
        const app = ${JSON.stringify(location.origin)};
        for (const path of ["/v1/spaces", "/v1/info", "/"])
          tries[path] = await fetch(app + path, { credentials: "include" }).then((r) => r.text()).catch(() => "no");
        tries.names = await (async () => (await indexedDB.databases()).map(({ name }) => name).join())().catch(() => "no");
        try { tries.storage = String(localStorage.length); } catch { tries.storage = "no"; }
        try { tries.cookie = document.cookie; } catch { tries.cookie = "no"; }
        tries.opener = String(window.opener);
        document.getElementById("result").textContent = JSON.stringify(tries);`,
    };
    for (const [path, text] of Object.entries(files))
      await session.workspace.write(`output/hostile/${path}`, text);
    const result = await session.callTool("mshtools-deploy_website", {
      type: "static",
      local_dir: "/mnt/okcomputer/output/hostile",
    });
    if (!result.ok) throw new Error(result.output);
    const [deployment] = await session.deployments();
    if (!deployment) throw new Error("There is no deployment.");
    return (await globalThis.okcvm.sync.sites.publish(deployment)).url;
  });
}

async function triesOf(page: Page): Promise<unknown> {
  await expect(page.locator("#result")).not.toHaveText("…");
  return JSON.parse((await page.locator("#result").textContent()) ?? "");
}

const NOTHING = { ran: true, "/v1/spaces": "no", "/v1/info": "no", "/": "no", opener: "null" };

test("a public site reaches neither the app nor what the app keeps", async ({ home, app, browser }) => {
  await takeDemo(home);
  await createAccount(home);
  await closeSettings(home);
  const url = await publishHostile(home);
  const { page } = await otherBrowser(browser, app.url);
  await page.goto(url);
  expect(await triesOf(page)).toEqual({ ...NOTHING, names: "", storage: "0", cookie: "" });
});

test("below a path of the app's own host it is sandboxed, and the app runs nothing of it", async ({
  page,
  folder,
}) => {
  const app = await startAppServer({
    env: {
      OKCVM_DATABASE_URL: `sqlite:///${folder}/paths.sqlite`,
      OKCVM_REGISTRATION: "open",
      OKCVM_PUBLISHED_SITES: "path",
    },
  });
  try {
    await page.goto(app.url);
    await ready(page);
    await takeDemo(page);
    await createAccount(page);
    await closeSettings(page);
    const url = await publishHostile(page);
    expect(url).toMatch(/^http:\/\/okcvm\.localhost:\d+\/sites\/p[0-9a-f]{19}\/$/);
    const fromTheApp = await page.evaluate(async (base) => {
      const script = new Promise<string>((resolve) => {
        const element = document.createElement("script");
        element.src = `${base}x.js`;
        element.onload = () => resolve("ran");
        element.onerror = () => resolve("no");
        document.head.append(element);
      });
      const worker = navigator.serviceWorker.register(`${base}x.js`, { scope: base });
      return [await script, await worker.then(() => "ran").catch(() => "no")];
    }, url);
    expect(fromTheApp).toEqual(["no", "no"]);
    await page.goto(url);
    expect(await triesOf(page)).toEqual({ ...NOTHING, names: "no", storage: "no", cookie: "no" });
    expect(await page.evaluate(() => self.origin)).toBe("null");
  } finally {
    await app.stop();
  }
});

for (const theme of ["light", "dark"] as const)
  test(`axe finds no serious issue where a site is made public, ${theme}`, async ({ home }) => {
    mkdirSync(images, { recursive: true });
    await home.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await takeDemo(home);
    await createAccount(home);
    await closeSettings(home);
    const check = async (name: string): Promise<void> => {
      await home.screenshot({ path: `${images}/public-${name}-${theme}.png` });
      expect(await seriousIssues(home)).toEqual([]);
      expect(
        await home.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0);
    };
    await home.getByRole("button", { name: "Make public" }).click();
    const dialog = home.getByRole("dialog");
    await check("before");
    await dialog.getByRole("button", { name: "Make public" }).click();
    await expect(dialog.getByRole("textbox", { name: "Public address" })).toBeVisible();
    await check("after");
    await home.setViewportSize({ width: 390, height: 844 });
    await home
      .getByRole("button", { name: "Preview", exact: true })
      .or(home.getByRole("tab", { name: "Preview" }))
      .first()
      .click();
    await home.getByRole("button", { name: "Make public" }).click();
    await expect(dialog.getByRole("textbox", { name: "Public address" })).toBeVisible();
    await check("phone");
  });
