import type { Page } from "@playwright/test";

import { ask, closeSettings, createAccount, pair, row, test } from "../support/e2e/account-test.ts";
import { readOpen, writeOpen } from "../support/e2e/page-files.ts";
import { expect } from "../support/e2e/test.ts";

const FILE = "plan.md";
const TITLE = "When is high water?";

async function openFile(page: Page): Promise<void> {
  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByRole("treeitem", { name: FILE }).click();
  await expect(page.getByRole("textbox", { name: `Text of ${FILE}` })).toBeVisible();
}

/** Types at the end of the first or the last line, as fast as people do. */
async function typeAt(page: Page, where: "first" | "last", text: string): Promise<void> {
  await page.getByRole("textbox", { name: `Text of ${FILE}` }).focus();
  await page.keyboard.press(where === "first" ? "Control+Home" : "Control+End");
  await page.keyboard.press("End");
  await page.keyboard.type(text, { delay: 40 });
}

test("two browsers type in different lines of one file at once, and both have all of it", async ({
  home,
  model,
  browser,
}) => {
  await ask(home, model, { text: TITLE, answer: "At noon." });
  await writeOpen(home, FILE, "first\nsecond\nthird\nlast");
  await createAccount(home);
  const { page: other, context } = await pair(browser, home, "The second");
  await closeSettings(home);
  await row(other, TITLE).click();
  await expect.poll(() => readOpen(other, FILE)).toBe("first\nsecond\nthird\nlast");
  for (const page of [home, other]) await openFile(page);

  const words = "and then there was some more of it ".repeat(4).trim();
  await Promise.all([typeAt(home, "first", ` ${words}`), typeAt(other, "last", ` ${words}`)]);
  const both = `first ${words}\nsecond\nthird\nlast ${words}`;
  for (const page of [home, other]) {
    await expect.poll(() => readOpen(page, FILE)).toBe(both);
    // What was typed meanwhile went on where it was begun.
    await expect(page.getByRole("textbox", { name: `Text of ${FILE}` })).toContainText(`last ${words}`);
    await expect(page.getByRole("textbox", { name: `Text of ${FILE}` })).toContainText(`first ${words}`);
    await expect(page.getByText("was changed elsewhere while you were editing it")).toBeHidden();
  }
  await context.close();
});
