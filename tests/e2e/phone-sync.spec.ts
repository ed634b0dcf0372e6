import { createAccount, closeSettings, syncRow, test } from "../support/e2e/account-test.ts";
import { expect, smallest, TOUCH_TARGET } from "../support/e2e/test.ts";

test("on a phone the chat says when sync does not work, and leads to the account", async ({ home, app }) => {
  await home.evaluate(() => okcvm.settings.set({ demo: true }));
  await createAccount(home);
  await closeSettings(home);
  await expect(syncRow(home)).toHaveText("Synced");
  await home.setViewportSize({ width: 390, height: 844 });
  const bar = home.getByRole("banner");
  await expect(bar.getByRole("button", { name: "Offline" })).toBeHidden();
  await home.context().setOffline(true);
  await expect(bar.getByRole("button", { name: "Offline" })).toBeVisible();
  await home.context().setOffline(false);
  await expect(bar.getByRole("button", { name: "Offline" })).toBeHidden();
  await app.stop();
  const sign = bar.getByRole("button", { name: "Offline" });
  await expect(sign).toBeVisible();
  expect(await smallest(sign)).toBeGreaterThanOrEqual(TOUCH_TARGET);
  await sign.click();
  await expect(home.getByRole("tabpanel", { name: "Account" })).toContainText("cannot be reached");
  expect(await smallest(home.getByRole("tab", { name: "Account" }))).toBeGreaterThanOrEqual(TOUCH_TARGET);
});
