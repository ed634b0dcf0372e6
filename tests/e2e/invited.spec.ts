import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";
import {
  closeSettings,
  keepSecret,
  openAccount,
  otherBrowser,
  row,
  say,
  test,
  withModel,
} from "../support/e2e/account-test.ts";
import { seriousIssues } from "../support/e2e/axe.ts";
import { expect } from "../support/e2e/test.ts";

test.use({ registration: "invite-only" });

const server = fileURLToPath(new URL("../../dist/server/server.js", import.meta.url));
const images = fileURLToPath(new URL("../../test-results/images", import.meta.url));

/** What the operator's command about accounts prints. */
function operator(
  { folder, app }: { folder: string; app: { url: string } },
  action: "invite" | "create",
): string {
  return execFileSync(process.execPath, [server, "account", action], {
    encoding: "utf8",
    env: {
      ...process.env,
      OKCVM_DATABASE_URL: `sqlite:///${folder}/okcvm.sqlite`,
      OKCVM_REGISTRATION: "invite-only",
      OKCVM_PUBLIC_URL: app.url,
    },
  });
}

/** Makes an account by the link that is open, and answers once its secret is kept. */
async function accept(page: Page): Promise<void> {
  await page.getByRole("dialog").getByRole("button", { name: "Create an account" }).click();
  await keepSecret(page, "Keep this secret");
}

test("on a server that wants invitations, the operator invites the first, who invites others", async ({
  home,
  app,
  folder,
  model,
  browser,
}) => {
  await withModel(home, model, "Noted.");
  const panel = await openAccount(home);
  await expect(panel).toContainText("Accounts are made by invitation here.");
  await expect(panel.getByRole("button", { name: "Create an account" })).toBeHidden();
  await closeSettings(home);

  await home.goto(operator({ folder, app }, "invite").split("\n")[0] ?? "");
  await expect(home.getByRole("dialog", { name: "You are invited" })).toContainText("okcvm.localhost");
  await accept(home);
  await expect(home.getByRole("navigation").locator(".sync-row")).toHaveText("Synced");
  expect(home.url()).not.toContain("welcome");

  const section = await openAccount(home);
  await section.getByRole("button", { name: "Make a link" }).click();
  const invitation = await section.getByRole("textbox", { name: "Invitation link" }).inputValue();
  await expect(section.getByText(/^Until /)).toBeVisible();
  const { page: second } = await otherBrowser(browser, invitation);
  await accept(second);
  await expect(second.getByRole("navigation").locator(".sync-row")).toHaveText("Synced");

  // Used once it is worthless, and says so.
  const { page: third } = await otherBrowser(browser, invitation);
  await third.getByRole("dialog").getByRole("button", { name: "Create an account" }).click();
  await expect(third.getByRole("dialog")).toContainText("This invitation was used or revoked");
  await third.keyboard.press("Escape");
  await expect(third.getByRole("dialog")).toBeHidden();

  // Who has an account is told that the link is for others.
  await second.goto(invitation);
  await expect(second.getByRole("dialog", { name: "You are invited" })).toContainText(
    "belongs to an account already",
  );
});

test("an invitation into a conversation makes an account for who has none", async ({
  home,
  app,
  folder,
  model,
  browser,
}) => {
  await withModel(home, model, "Noted.");
  const made = operator({ folder, app }, "create");
  const panel = await openAccount(home);
  await panel.getByLabel("Secret or sign-in link").fill(/^secret +(\S+)$/m.exec(made)?.[1] ?? "");
  await panel.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(panel.getByRole("heading", { name: "Invite people to this server" })).toBeVisible();
  await closeSettings(home);
  await say(home, "The harbour plan");
  await expect(home.getByText("Noted.")).toBeVisible();
  await home
    .getByRole("banner")
    .getByRole("button", { name: /this conversation$/ })
    .click();
  const dialog = home.getByRole("dialog", { name: /^Share “/ });
  await dialog.getByRole("button", { name: "Make a link" }).click();
  const link = await dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();
  const { page: guest } = await otherBrowser(browser, link);
  await accept(guest);
  await guest.getByRole("dialog").getByRole("button", { name: "Join" }).click();
  await expect(row(guest, "The harbour plan")).toBeVisible();
  await expect(guest.getByText("Noted.")).toBeVisible();
  expect(app.url).toContain("okcvm.localhost");
});

for (const theme of ["light", "dark"] as const)
  test(`axe finds no serious issue where people are invited, ${theme}`, async ({ home, app, folder }) => {
    mkdirSync(images, { recursive: true });
    await home.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    const check = async (name: string): Promise<void> => {
      await home.screenshot({ path: `${images}/invited-${name}-${theme}.png` });
      expect(await seriousIssues(home)).toEqual([]);
      const wide = await home.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
    };
    await home.goto(operator({ folder, app }, "invite").split("\n")[0] ?? "");
    await expect(home.getByRole("dialog", { name: "You are invited" })).toBeVisible();
    await check("welcome");
    await home.setViewportSize({ width: 390, height: 844 });
    await check("welcome-phone");
    await home.setViewportSize({ width: 1440, height: 900 });
    await accept(home);
    const panel = await openAccount(home);
    await panel.getByRole("button", { name: "Make a link" }).click();
    await expect(panel.getByText(/^Until /)).toBeVisible();
    await panel.getByRole("heading", { name: "Invite people to this server" }).scrollIntoViewIfNeeded();
    await check("inviting");
    await home.setViewportSize({ width: 390, height: 844 });
    await panel.getByRole("heading", { name: "Invite people to this server" }).scrollIntoViewIfNeeded();
    await check("inviting-phone");
  });
