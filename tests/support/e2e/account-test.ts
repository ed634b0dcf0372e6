import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "@playwright/test";
import type { Registration } from "../../../src/domain/server-info.ts";
import type { ModelServer } from "../model-server/model-server.ts";
import { startAppServer } from "./app-server.ts";
import { connect, expect, ready, test as base } from "./test.ts";

/** The real server with accounts, over a database of its own; `folder` is where that lies, `registration` who may make them. */
export const test = base.extend<{ folder: string; registration: Registration }>({
  registration: ["open", { option: true }],
  // eslint-disable-next-line no-empty-pattern
  folder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "okcvm-account-"));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  app: async ({ folder, registration }, use) => {
    const app = await startAppServer({
      env: { OKCVM_DATABASE_URL: `sqlite:///${folder}/okcvm.sqlite`, OKCVM_REGISTRATION: registration },
    });
    await use(app);
    await app.stop();
  },
});

export interface Other {
  context: BrowserContext;
  page: Page;
}

/** Another browser: storage of its own. */
export async function otherBrowser(browser: Browser, address: string): Promise<Other> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.goto(address);
  await ready(page);
  return { context, page };
}

/** Opens the settings at a tab. Answers its panel. */
export async function openSettings(page: Page, name: string): Promise<Locator> {
  // Before the frame is there nobody listens for keys.
  await page.locator(".frame").waitFor();
  await page.keyboard.press("Control+,");
  await page.getByRole("tab", { name }).click();
  return page.getByRole("tabpanel", { name });
}

/** Opens the account in the settings. */
export function openAccount(page: Page): Promise<Locator> {
  return openSettings(page, "Account");
}

/** Closes the settings. */
export async function closeSettings(page: Page): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Settings" });
  await dialog.getByRole("button", { name: "Close" }).click();
  // What is pressed before it is gone may be for the one that goes.
  await expect(dialog).toHaveCount(0);
}

/** Makes an account in the page and answers its secret. The settings stay open. */
export async function createAccount(page: Page): Promise<string> {
  const panel = await openAccount(page);
  await panel.getByRole("button", { name: "Create an account" }).click();
  return keepSecret(page, "Keep this secret");
}

/** Confirms the dialog that shows a secret, and answers it. */
export async function keepSecret(page: Page, title: string): Promise<string> {
  const dialog = page.getByRole("dialog", { name: title });
  const secret = (await dialog.getByRole("group").textContent()) ?? "";
  expect(secret).toMatch(/^(?:[0-9A-Z]{6}-){5}[0-9A-Z]{6}$/);
  await dialog.getByLabel("I have kept it").check();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toBeHidden();
  return secret;
}

/** Makes a sign-in link in the account's settings. */
export async function pairingLink(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Add a browser" }).click();
  await expect(page.getByRole("img", { name: "The sign-in link as a QR code" })).toBeVisible();
  return page.getByRole("textbox", { name: "Sign-in link" }).inputValue();
}

/** Signs another browser in with a link that the first one makes. */
export async function pair(browser: Browser, first: Page, name: string): Promise<Other> {
  const other = await otherBrowser(browser, await pairingLink(first));
  const dialog = other.page.getByRole("dialog", { name: "Sign this browser in?" });
  await dialog.getByLabel("This browser's name").fill(name);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(other.page.getByText("This browser is signed in.")).toBeVisible();
  return other;
}

/** Sends a message. */
export async function say(page: Page, text: string): Promise<void> {
  const composer = page.getByRole("textbox", { name: "Message" });
  await composer.fill(text);
  await composer.press("Enter");
}

/** Says something to a model that answers with a text, and waits for it. */
export async function ask(
  page: Page,
  model: ModelServer,
  { text, answer }: { text: string; answer: string },
): Promise<void> {
  await withModel(page, model, answer);
  await say(page, text);
  await expect(page.getByText(answer)).toBeVisible();
}

/** Deletes a conversation in the sidebar. */
export async function remove(page: Page, title: string): Promise<void> {
  const item = page.getByRole("listitem").filter({ has: page.getByTitle(title) });
  await item.hover();
  await item.getByRole("button", { name: `Delete ${title}` }).click();
  await expect(page.getByText(`Deleted “${title}”.`)).toBeVisible();
}

/** A conversation in the sidebar, by its title. */
export function row(page: Page, title: string): Locator {
  return page.getByRole("navigation").getByTitle(title, { exact: true });
}

/** What the sidebar says of sync. */
export function syncRow(page: Page): Locator {
  return page.getByRole("navigation").locator(".sync-row");
}

/** Connects a model that answers everything with a text. */
export async function withModel(page: Page, model: ModelServer, text: string): Promise<void> {
  model.script(() => ({ text }));
  await connect(page, model);
}
