import { expect, test as base, type BrowserContext, type Locator, type Page } from "@playwright/test";
import type { Okcvm } from "../../../src/vm/api.ts";
import { startModelServer, type ModelServer } from "../model-server/model-server.ts";
import { startAppServer, type AppServer } from "./app-server.ts";

declare global {
  var okcvm: Okcvm;
}

interface Fixtures {
  /** The built server. One a test, so that storage and ports are its own. */
  app: AppServer;
  /** A scripted model endpoint on 127.0.0.1 with CORS. */
  model: ModelServer;
  /** Requests that left this machine's app, site and model servers; each is a failure. */
  strangers: string[];
  /** The app, opened and ready. */
  home: Page;
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern
  app: async ({}, use) => {
    const app = await startAppServer();
    await use(app);
    await app.stop();
  },
  // eslint-disable-next-line no-empty-pattern
  model: async ({}, use) => {
    const model = await startModelServer({ models: ["scripted"] });
    await use(model);
    await model.close();
  },
  strangers: [
    async ({ context }, use) => {
      const seen: string[] = [];
      watch(context, seen);
      await use(seen);
      if (seen.length > 0) throw new Error(`Requests left the machine: ${seen.join(", ")}`);
    },
    { auto: true },
  ],
  home: async ({ page, app }, use) => {
    await page.goto(app.url);
    await ready(page);
    await use(page);
  },
});

export { expect };

/** Waits until the page's machine is open. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(() => globalThis.okcvm !== undefined);
  await page.evaluate(() => globalThis.okcvm.ready.then(() => true));
}

/** Waits until no colour is on its way to another: what is measured before is neither. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const finite = document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity);
    await Promise.allSettled(finite.map(({ finished }) => finished));
  });
}

/** The least height of what a finger has to hit on a phone. CSS pixels. */
export const TOUCH_TARGET = 44;

/** The height of the lowest of these elements. CSS pixels, to the hundredth: what moved is a hair off. */
export async function smallest(elements: Locator): Promise<number> {
  await expect(elements.first()).toBeVisible();
  const heights = await elements.evaluateAll((all) =>
    all.map((one) => Math.round(one.getBoundingClientRect().height * 100) / 100),
  );
  return Math.min(...heights);
}

/** Points the page's chat endpoint at the scripted model. */
export async function connect(page: Page, model: ModelServer): Promise<void> {
  await page.evaluate(
    (baseUrl) =>
      okcvm.settings.set({ endpoints: { chat: { baseUrl, model: "scripted", apiKey: "test-key" } } }),
    model.url,
  );
}

function watch(context: BrowserContext, seen: string[]): void {
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "http:" && url.protocol !== "https:") return;
    const local =
      url.hostname === "127.0.0.1" || url.hostname === "localhost" || url.hostname.endsWith(".localhost");
    if (!local) seen.push(request.url());
  });
}
