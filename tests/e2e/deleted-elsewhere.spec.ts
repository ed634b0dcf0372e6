import {
  ask,
  closeSettings,
  createAccount,
  pair,
  remove,
  row,
  syncRow,
  test,
} from "../support/e2e/account-test.ts";
import { connect, expect } from "../support/e2e/test.ts";

test("a conversation in view that is deleted in another browser says so and can be brought back", async ({
  home,
  model,
  browser,
}) => {
  await ask(home, model, { text: "When is high water?", answer: "High water is at noon." });
  await createAccount(home);
  const { page: second, context } = await pair(browser, home, "The second");
  await closeSettings(home);
  await connect(second, model);
  await row(second, "When is high water?").click();
  await expect(second.getByText("High water is at noon.")).toBeVisible();
  const composer = second.getByRole("textbox", { name: "Message" });
  await composer.fill("And low water?");

  await remove(home, "When is high water?");
  // Here it is left for another, without a word of other browsers.
  await expect(home.getByText("was deleted in another browser")).toBeHidden();

  const banner = second.getByRole("alert").filter({ hasText: "was deleted in another browser or tab" });
  await expect(banner).toBeVisible();
  await expect(second.getByRole("heading", { level: 1 })).toHaveText("When is high water?");
  await expect(second.getByRole("navigation").locator("[aria-current]")).toHaveCount(0);
  await expect(composer).toBeDisabled();
  await expect(composer).toHaveValue("And low water?");
  await banner.getByRole("button", { name: "Bring it back" }).click();
  await expect(banner).toBeHidden();
  await expect(row(second, "When is high water?")).toHaveAttribute("aria-current", "page");
  await expect(row(home, "When is high water?")).toBeVisible();
  await expect(syncRow(second)).toHaveText("Synced");
  await composer.press("Enter");
  await expect(second.getByText("High water is at noon.")).toHaveCount(2);
  await context.close();
});
