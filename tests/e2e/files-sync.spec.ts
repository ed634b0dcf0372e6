import type { Page } from "@playwright/test";
import { otherBrowser, test } from "../support/e2e/account-test.ts";
import { connect, expect } from "../support/e2e/test.ts";

/** Writes a file in the conversation that is open in a page. */
async function write(page: Page, path: string, text: string): Promise<void> {
  await page.evaluate(
    async ([at, content]) => {
      const session = await globalThis.okcvm.open(location.hash.slice("#/c/".length));
      await session.workspace.write(at ?? "", content ?? "");
    },
    [path, text],
  );
}

/** A file's text, or null where there is none. */
async function read(page: Page, path: string): Promise<string | null> {
  return page.evaluate(async (at) => {
    const session = await globalThis.okcvm.open(location.hash.slice("#/c/".length));
    return (await session.workspace.stat(at)) ? session.workspace.readText(at) : null;
  }, path);
}

async function openSame(page: Page, as: Page): Promise<void> {
  const hash = new URL(as.url()).hash;
  await page.evaluate((to) => (location.hash = to), hash);
  await expect.poll(() => new URL(page.url()).hash).toBe(hash);
}

/** How long until a file is there. Milliseconds. */
async function arrival(page: Page, path: string, text: string): Promise<number> {
  const began = performance.now();
  await expect.poll(() => read(page, path), { timeout: 10_000, intervals: [30] }).toBe(text);
  return performance.now() - began;
}

test("chat and files made in one browser are in the other within two seconds, and offline work of both is merged", async ({
  home,
  model,
  app,
  browser,
}) => {
  model.script(({ messages }) =>
    messages.at(-1)?.role === "tool"
      ? { text: "The page is there." }
      : {
          calls: [
            {
              name: "mshtools-write_file",
              arguments: { file_path: "/mnt/okcomputer/page.txt", content: "1\n2\n3\n" },
            },
          ],
        },
  );
  await connect(home, model);
  const secret = await home.evaluate(async () => (await globalThis.okcvm.sync.create("first")).secret);
  const { context, page: other } = await otherBrowser(browser, app.url);
  await other.evaluate((words) => globalThis.okcvm.sync.signIn(words, "second"), secret);

  await home.getByRole("textbox", { name: "Message" }).fill("Make a page");
  await home.getByRole("textbox", { name: "Message" }).press("Enter");
  await expect(home.getByText("The page is there.")).toBeVisible();
  const replied = performance.now();
  await expect
    .poll(() => other.evaluate(async () => (await globalThis.okcvm.conversations.list()).length))
    .toBe(2);
  await openSame(other, home);
  await expect(other.getByText("The page is there.")).toBeVisible();
  const page = await arrival(other, "page.txt", "1\n2\n3\n");
  const all = performance.now() - replied;

  await write(home, "of-home.txt", "home");
  const file = await arrival(other, "of-home.txt", "home");
  await write(other, "of-other.txt", "other");
  const back = await arrival(home, "of-other.txt", "other");
  test.info().annotations.push({ type: "ms", description: JSON.stringify({ all, page, file, back }) });
  console.log(
    `conversation with its files ${all.toFixed(0)} ms, a file ${file.toFixed(0)} ms, and back ${back.toFixed(0)} ms`,
  );
  expect(file).toBeLessThan(2_000);
  expect(back).toBeLessThan(2_000);

  await home.context().setOffline(true);
  await context.setOffline(true);
  await write(home, "page.txt", "1 home\n2\n3\n");
  await write(other, "page.txt", "1\n2\n3 other\n");
  await write(other, "offline.txt", "made offline");
  await home.context().setOffline(false);
  await context.setOffline(false);
  for (const one of [home, other]) {
    await arrival(one, "page.txt", "1 home\n2\n3 other\n");
    await arrival(one, "offline.txt", "made offline");
  }
  await context.close();
});
