import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { startAppServer } from "./app-server.ts";
import { ready, test as base } from "./test.ts";

/** The real server with accounts, over a database of its own. */
export const test = base.extend({
  // eslint-disable-next-line no-empty-pattern
  app: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "okcvm-account-"));
    const app = await startAppServer({
      env: { OKCVM_DATABASE_URL: `sqlite:///${folder}/okcvm.sqlite`, OKCVM_REGISTRATION: "open" },
    });
    await use(app);
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
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
