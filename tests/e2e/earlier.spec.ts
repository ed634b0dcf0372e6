import { ask, closeSettings, createAccount, pair, test } from "../support/e2e/account-test.ts";
import { seriousIssues } from "../support/e2e/axe.ts";
import { expect, smallest, TOUCH_TARGET } from "../support/e2e/test.ts";

test("on a phone that was just signed in the account's conversations are in view, and open with a tap", async ({
  home,
  model,
  browser,
}) => {
  const long = "A question whose words go on and on, so that its title does not fit into one line of a phone";
  await ask(home, model, { text: long, answer: "So be it." });
  await createAccount(home);
  const { page: phone, context } = await pair(browser, home, "Phone");
  await closeSettings(home);
  await phone.setViewportSize({ width: 390, height: 844 });
  const earlier = phone.getByRole("region", { name: "Your conversations" });
  // With a model, and without one.
  for (const hasModel of [true, false]) {
    await phone.evaluate(
      (has) =>
        okcvm.settings.set({
          endpoints: { chat: { baseUrl: has ? "http://127.0.0.1:9/v1" : "", model: "m" } },
        }),
      hasModel,
    );
    await expect(
      phone.getByRole("heading", { name: hasModel ? "What should it do?" : "Connect a model" }),
    ).toBeVisible();
    await expect(earlier).toBeVisible();
    expect(await smallest(earlier.getByRole("button"))).toBeGreaterThanOrEqual(TOUCH_TARGET);
    for (const theme of ["light", "dark"] as const) {
      await phone.evaluate((name) => okcvm.settings.set({ theme: name }), theme);
      expect(await seriousIssues(phone)).toEqual([]);
    }
    const box = await earlier.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(390);
  }
  await earlier.getByRole("button").click();
  await expect(phone.getByText("So be it.")).toBeVisible();
  await context.close();
});
