import type { Locator, Page } from "@playwright/test";

import {
  ask,
  closeSettings,
  createAccount,
  openSettings,
  pair,
  remove,
  row,
  syncRow,
  test,
} from "../support/e2e/account-test.ts";
import { seriousIssues } from "../support/e2e/axe.ts";
import { readOpen, writeOpen } from "../support/e2e/page-files.ts";
import { expect, ready, smallest, TOUCH_TARGET } from "../support/e2e/test.ts";

const TITLE = "When is high water?";

/** Opens the list of deleted conversations in the settings. */
const openDeleted = (page: Page): Promise<Locator> => openSettings(page, "Storage");

test("a deleted conversation is brought back with its files, long after its undo was missed", async ({
  home,
  model,
}) => {
  await ask(home, model, { text: TITLE, answer: "High water is at noon." });
  await writeOpen(home, "tides.txt", "noon");
  await remove(home, TITLE);
  // Its undo is gone with the page.
  await home.reload();
  await ready(home);
  const panel = await openDeleted(home);
  await expect(panel.getByText("Kept for 30 days with their files and history")).toBeVisible();
  await expect(panel.getByRole("listitem").filter({ hasText: TITLE })).toContainText("kept until");
  await panel.getByRole("button", { name: `Bring back ${TITLE}` }).click();
  await expect(panel.getByText("Nothing is deleted.")).toBeVisible();
  await closeSettings(home);
  await row(home, TITLE).click();
  await expect(home.getByText("High water is at noon.")).toBeVisible();
  await expect(row(home, TITLE)).toHaveAttribute("aria-current", "page");
  expect(await readOpen(home, "tides.txt")).toBe("noon");
});

test("a deleted conversation is deleted for good when it is confirmed, and not before", async ({
  home,
  model,
}) => {
  await ask(home, model, { text: TITLE, answer: "High water is at noon." });
  const id = new URL(home.url()).hash.split("/").at(-1) ?? "";
  const hasFiles = (): Promise<boolean> =>
    home.evaluate(async (part) => (await indexedDB.databases()).some(({ name }) => name?.includes(part)), id);
  expect(await hasFiles()).toBe(true);
  await remove(home, TITLE);
  const panel = await openDeleted(home);
  const purge = panel.getByRole("button", { name: `Delete ${TITLE} for good` });
  await purge.click();
  const question = home.getByRole("dialog", { name: `Delete “${TITLE}” for good?` });
  await expect(question).toContainText("nothing brings them back");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(purge).toBeVisible();
  expect(await hasFiles()).toBe(true);
  await purge.click();
  await question.getByRole("button", { name: "Delete for good" }).click();
  await expect(panel.getByText("Nothing is deleted.")).toBeVisible();
  expect(await home.evaluate(async () => (await okcvm.conversations.deleted()).length)).toBe(0);
  await expect.poll(hasFiles).toBe(false);
});

test("one that another tab deleted and this one has open is deleted for good here", async ({
  home,
  model,
  app,
}) => {
  await ask(home, model, { text: TITLE, answer: "High water is at noon." });
  const other = await home.context().newPage();
  await other.goto(app.url);
  await ready(other);
  await other.evaluate(async () => {
    await okcvm.conversations.create();
    for (const { id, title } of await okcvm.conversations.list())
      if (title !== "") await okcvm.conversations.remove(id);
  });
  await expect(home.getByText("This conversation was deleted in another browser or tab.")).toBeVisible();
  const panel = await openDeleted(home);
  await panel.getByRole("button", { name: `Delete ${TITLE} for good` }).click();
  await home.getByRole("dialog", { name: TITLE }).getByRole("button", { name: "Delete for good" }).click();
  await expect(panel.getByText("Nothing is deleted.")).toBeVisible();
  await closeSettings(home);
  await expect(home.getByText("High water is at noon.")).toBeHidden();
  await expect(home.getByText("This conversation was deleted")).toBeHidden();
  await expect(home.getByRole("textbox", { name: "Message" })).toBeEnabled();
});

test("one that is deleted for good offline is deleted in the account's other browser too", async ({
  home,
  model,
  browser,
}) => {
  await ask(home, model, { text: TITLE, answer: "High water is at noon." });
  await createAccount(home);
  const { page: other, context } = await pair(browser, home, "The second");
  await closeSettings(home);
  await expect(row(other, TITLE)).toBeVisible();
  await expect(syncRow(home)).toHaveText("Synced");
  await home.context().setOffline(true);
  await remove(home, TITLE);
  const panel = await openDeleted(home);
  await panel.getByRole("button", { name: `Delete ${TITLE} for good` }).click();
  const question = home.getByRole("dialog", { name: `Delete “${TITLE}” for good?` });
  await expect(question).toContainText("Your account still has what was synced");
  await question.getByRole("button", { name: "Delete for good" }).click();
  await expect(panel.getByText("Nothing is deleted.")).toBeVisible();
  await expect(row(other, TITLE)).toBeVisible();
  await home.context().setOffline(false);
  await expect(row(other, TITLE)).toBeHidden();
  await context.close();
});

test("one that another tab works with is not deleted for good under it", async ({ home, model, app }) => {
  await ask(home, model, { text: TITLE, answer: "High water is at noon." });
  const other = await home.context().newPage();
  await other.goto(app.url);
  await ready(other);
  await other.evaluate(async () => {
    for (const { id } of await okcvm.conversations.list()) await okcvm.conversations.remove(id);
  });
  const panel = await openDeleted(other);
  await panel.getByRole("button", { name: `Delete ${TITLE} for good` }).click();
  await other.getByRole("dialog", { name: TITLE }).getByRole("button", { name: "Delete for good" }).click();
  await expect(panel.getByText("The conversation is open in another tab.")).toBeVisible();
  await home.getByRole("button", { name: "Bring it back" }).click();
  await expect(home.getByText("High water is at noon.")).toBeVisible();
  await expect(panel.getByText("Nothing is deleted.")).toBeVisible();
});

for (const theme of ["light", "dark"] as const)
  test(`axe finds no serious issue in the list of deleted conversations on a phone, ${theme}`, async ({
    home,
    model,
  }) => {
    const long =
      "A question whose words go on and on, so that its title does not fit into one line of a phone";
    await ask(home, model, { text: long, answer: "So be it." });
    await home.evaluate((name) => okcvm.settings.set({ theme: name }), theme);
    await home.evaluate(async () => {
      for (const { id } of await okcvm.conversations.list()) await okcvm.conversations.remove(id);
    });
    await home.setViewportSize({ width: 390, height: 844 });
    const panel = await openDeleted(home);
    const actions = panel.getByRole("listitem").filter({ hasText: "kept until" }).getByRole("button");
    expect(await smallest(actions)).toBeGreaterThanOrEqual(TOUCH_TARGET);
    expect(await seriousIssues(home)).toEqual([]);
    expect(await home.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });
