import { openAccount, test } from "../support/e2e/account-test.ts";
import { connect, expect, ready } from "../support/e2e/test.ts";

test("several accounts in one browser are kept apart, switched and removed", async ({ home, model }) => {
  model.script(() => ({ text: "Kept here." }));
  await connect(home, model);
  await home.getByRole("textbox", { name: "Message" }).fill("Of the first account");
  await home.getByRole("textbox", { name: "Message" }).press("Enter");
  await expect(home.getByText("Kept here.")).toBeVisible();
  await openAccount(home);
  await home.getByRole("button", { name: "Use another account" }).click();
  await home.waitForLoadState("load");
  await ready(home);
  // Ready is before the first conversation is made.
  await expect
    .poll(() =>
      home.evaluate(async () => (await globalThis.okcvm.conversations.list()).map(({ title }) => title)),
    )
    .toEqual([""]);
  // Neither settings nor keys came along.
  expect(await home.evaluate(() => globalThis.okcvm.settings.get().endpoints.chat)).toMatchObject({
    baseUrl: "",
    hasKey: false,
  });

  await openAccount(home);
  const list = home.getByRole("tabpanel");
  await list.getByRole("button", { name: "Rename Account 2" }).click();
  await list.getByRole("textbox", { name: "What you call this account" }).fill("Work");
  await home.keyboard.press("Enter");
  await list.getByRole("button", { name: "Switch to Account 1" }).click();
  await home.waitForLoadState("load");
  await ready(home);
  await expect(
    home.getByRole("navigation").getByTitle("Of the first account", { exact: true }),
  ).toBeVisible();

  await openAccount(home);
  await home.getByRole("button", { name: "Remove Work from this browser" }).click();
  await home
    .getByRole("dialog", { name: "Remove Work from this browser?" })
    .getByRole("button", { name: "Remove from this browser" })
    .click();
  await expect(home.getByText("Work", { exact: true })).toBeHidden();
  const left = await home.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name ?? ""));
  expect(left.filter((name) => /^okcvm-[0-9a-f]{12}$/.test(name))).toEqual([]);
});
