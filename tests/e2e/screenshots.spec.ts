import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "../support/e2e/test.ts";

/** The README's pictures. `npm run screenshots` renews them; a test run makes them in test-results. */
const folder =
  process.env["OKCVM_SCREENSHOTS"] ?? fileURLToPath(new URL("../../test-results/images", import.meta.url));

for (const theme of ["light", "dark"] as const) {
  test(`pictures of the guided demo, ${theme}`, async ({ home }) => {
    mkdirSync(folder, { recursive: true });
    await home.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await home.setViewportSize({ width: 1360, height: 820 });
    await home.getByRole("button", { name: "Take the guided demo" }).click();
    await expect(home.getByText("What was really done")).toBeVisible({ timeout: 60_000 });
    const site = home.frameLocator("iframe[title^='Preview of']");
    await expect(site.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(home.getByRole("button", { name: "Stop the agent" })).toBeHidden();
    await home.screenshot({ path: `${folder}/demo-${theme}.png` });
    if (theme === "dark") return;
    await home.setViewportSize({ width: 390, height: 844 });
    await expect(home.getByText("What was really done")).toBeVisible();
    await home.screenshot({ path: `${folder}/demo-phone.png` });
  });
}
