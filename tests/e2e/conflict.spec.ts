import type { Page } from "@playwright/test";
import { otherBrowser, test } from "../support/e2e/account-test.ts";
import { readOpen, writeOpen } from "../support/e2e/page-files.ts";
import { connect, expect } from "../support/e2e/test.ts";

test("a file changed in two browsers at once is told of, and is shown on request", async ({
  home,
  model,
  app,
  browser,
}) => {
  model.script(() => ({ text: "ok" }));
  await connect(home, model);
  const secret = await home.evaluate(async () => (await okcvm.sync.create("first")).secret);
  await home.getByRole("textbox", { name: "Message" }).fill("hello");
  await home.getByRole("textbox", { name: "Message" }).press("Enter");
  await writeOpen(home, "doc.txt", "1\n");
  const { context, page: other } = await otherBrowser(browser, app.url);
  await other.evaluate((words) => okcvm.sync.signIn(words, "second"), secret);
  await connect(other, model);
  await other.getByRole("navigation").getByTitle("hello", { exact: true }).click();
  await expect.poll(() => readOpen(other, "doc.txt")).toBe("1\n");

  await context.setOffline(true);
  await writeOpen(other, "doc.txt", "of the second\n");
  await writeOpen(home, "doc.txt", "of the first\n");
  await context.setOffline(false);
  const told = (one: Page) =>
    one.getByRole("status").filter({ hasText: "“doc.txt” was changed here and elsewhere at once." });
  // Whoever is second merges.
  const teller = () => Promise.all([home, other].map(async (one) => (await told(one).isVisible()) && one));
  await expect.poll(async () => (await teller()).some(Boolean)).toBe(true);
  const merger = (await teller()).find((one) => one !== false) ?? home;
  await told(merger).getByRole("button", { name: "Show in files" }).click();
  await expect(merger.getByRole("tab", { name: "Files" })).toHaveAttribute("aria-selected", "true");
  await expect(merger.getByRole("textbox", { name: "Text of doc.txt" })).toBeVisible();
  for (const one of [home, other]) {
    await one.getByRole("tab", { name: "Timeline" }).click();
    await expect(one.getByText("Both versions kept: doc.txt").first()).toBeVisible();
  }
  await context.close();
});
