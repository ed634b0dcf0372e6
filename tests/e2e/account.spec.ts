import { readFileSync } from "node:fs";
import {
  ask,
  closeSettings,
  createAccount,
  keepSecret,
  openAccount,
  otherBrowser,
  pair,
  pairingLink,
  row,
  say,
  syncRow,
  test,
  withModel,
} from "../support/e2e/account-test.ts";
import { expect, ready } from "../support/e2e/test.ts";

test("an account in one browser, a pairing link in another: a chat is there within two seconds", async ({
  home,
  model,
  browser,
}) => {
  await withModel(home, model, "High water is at noon.");
  await expect(syncRow(home)).toBeHidden();
  const panel = await openAccount(home);
  await expect(panel.getByLabel("This browser's name")).toHaveValue("Chrome on Linux");
  await panel.getByRole("button", { name: "Create an account" }).click();

  // Shown once: nothing closes it before it is kept.
  const secret = home.getByRole("dialog", { name: "Keep this secret" });
  await expect(secret.getByRole("button", { name: "Copy" })).toBeFocused();
  await home.keyboard.press("Escape");
  await home.keyboard.press("Escape");
  await home.mouse.click(5, 5);
  await expect(secret).toBeVisible();
  await expect(secret.getByRole("button", { name: "Done" })).toBeDisabled();
  const download = home.waitForEvent("download");
  await secret.getByRole("button", { name: "Save as file" }).click();
  const saved = readFileSync(await (await download).path(), "utf8");
  expect(saved).toContain(await keepSecret(home, "Keep this secret"));
  await expect(syncRow(home)).toHaveText("Synced");

  const link = await pairingLink(home);
  expect(link).toMatch(/^http:\/\/okcvm\.localhost:\d+\/#\/pair\/[0-9a-f]{32}\.[A-Za-z0-9_-]{43}$/);
  await expect(home.getByText(/^Works once, for (?:5:00|4:\d\d)$/)).toBeVisible();
  const { page: second, context } = await otherBrowser(browser, link);
  const dialog = second.getByRole("dialog", { name: "Sign this browser in?" });
  await expect(dialog).toContainText("okcvm.localhost");
  await expect(dialog.getByLabel("This browser's name")).toBeFocused();
  await dialog.getByLabel("This browser's name").fill("The second");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(second.getByText("This browser is signed in.")).toBeVisible();
  await expect(dialog).toBeHidden();
  await expect.poll(() => second.url()).toMatch(/#\/c\/[0-9a-f]{32}$/);
  await expect(home.getByText("“The second” is signed in.")).toBeVisible();
  await expect(home.getByRole("listitem").filter({ hasText: "The second" })).toBeVisible();
  await closeSettings(home);
  await expect(syncRow(second)).toHaveText("Synced");

  await say(home, "When is high water?");
  await expect(home.getByText("High water is at noon.")).toBeVisible();
  const made = performance.now();
  await row(second, "When is high water?").click();
  const listed = performance.now() - made;
  await expect(second.getByText("High water is at noon.")).toBeVisible();
  const opened = performance.now() - made;
  console.log(
    `account: in the other's sidebar ${listed.toFixed(0)} ms, open with its messages ${opened.toFixed(0)} ms after the reply`,
  );

  // The link was used: nothing is left of it to go back to, and it works no more.
  await second.goBack().catch(() => null);
  expect(second.url()).not.toContain("pair");
  const { page: third, context: thirdContext } = await otherBrowser(browser, link);
  await third.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await expect(third.getByRole("dialog")).toContainText("This link was used");
  await thirdContext.close();

  // A browser with an account is offered nothing.
  await home.goto(link);
  await expect(home.getByRole("dialog")).toContainText("It belongs to an account already");
  await home.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await expect(home.getByText("High water is at noon.")).toBeVisible();
  expect(home.url()).not.toContain("pair");
  await context.close();
});

test("a conversation whose title alone has come says so, and loads when the server answers", async ({
  home,
  model,
  browser,
}) => {
  await ask(home, model, { text: "When is low water?", answer: "Low water is at six." });
  await createAccount(home);
  await expect(syncRow(home)).toHaveText("Synced");
  const link = await pairingLink(home);
  const { page: second, context } = await otherBrowser(browser, link);
  let how: "hold" | "refuse" | "pass" = "hold";
  const held: (() => void)[] = [];
  await context.route("**/v1/spaces/*/pull*", async (route) => {
    if (how === "hold") await new Promise<void>((resolve) => held.push(resolve));
    await (how === "refuse" ? route.abort() : route.continue());
  });
  await second.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await row(second, "When is low water?").click();
  await expect(second.getByText("Loading this conversation…")).toBeVisible();
  await expect(second.getByRole("textbox", { name: "Message" })).toBeHidden();
  how = "refuse";
  held.forEach((go) => go());
  await expect(second.getByText("Not on this browser yet.")).toBeVisible();
  how = "pass";
  await expect(second.getByText("Low water is at six.")).toBeVisible();
  await expect(second.getByRole("textbox", { name: "Message" })).toBeVisible();
  await context.close();
});

test("a browser that is signed out elsewhere says so within ten seconds, keeps everything, and signs in again", async ({
  home,
  model,
  browser,
}) => {
  await ask(home, model, { text: "Is it kept?", answer: "It is kept." });
  const secret = await createAccount(home);
  const { page: second, context } = await pair(browser, home, "The second");
  await expect(row(second, "Is it kept?")).toBeVisible();

  const device = home.getByRole("listitem").filter({ hasText: "The second" });
  await device.getByRole("button", { name: "Rename The second" }).click();
  await home.getByRole("textbox", { name: "Name", exact: true }).fill("The laptop");
  await home.keyboard.press("Enter");
  const renamed = home.getByRole("listitem").filter({ hasText: "The laptop" });
  await renamed.getByRole("button", { name: "Sign out The laptop" }).click();
  const question = home.getByRole("dialog", { name: "Sign “The laptop” out?" });
  await question.getByRole("button", { name: "Sign out" }).click();
  const revoked = performance.now();
  await expect(syncRow(second)).toHaveText("Not synced", { timeout: 10_000 });
  console.log(
    `account: signed out in the other browser ${(performance.now() - revoked).toFixed(0)} ms after`,
  );
  await expect(renamed).toBeHidden();

  await syncRow(second).click();
  const panel = second.getByRole("tabpanel");
  await expect(panel.getByText("This browser is signed out")).toBeVisible();
  await expect(panel.getByText("Everything is still here")).toBeVisible();
  const field = panel.getByLabel("Secret or sign-in link");
  await field.fill(`${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}`);
  await panel.getByRole("button", { name: "Sign in" }).click();
  await expect(panel.getByRole("alert")).toContainText("That is not a whole secret");
  await expect(panel.getByText("This browser is signed out")).toBeVisible();
  await field.fill(secret);
  await panel.getByRole("button", { name: "Sign in" }).click();
  await expect(panel.getByText("Browsers and programs")).toBeVisible();
  await expect(syncRow(second)).toHaveText("Synced");
  await closeSettings(second);
  await row(second, "Is it kept?").click();
  await expect(second.getByText("It is kept.")).toBeVisible();
  await context.close();
});

test("offline it says how much waits, and catches up", async ({ home, model, browser }) => {
  await ask(home, model, { text: "The old title", answer: "Here it is." });
  await createAccount(home);
  const { page: second, context } = await pair(browser, home, "The second");
  await closeSettings(home);
  await expect(row(second, "The old title")).toBeVisible();

  await home.context().setOffline(true);
  await home.evaluate(async () => okcvm.conversations.rename((await okcvm.open()).id, "The new title"));
  await expect(syncRow(home)).toHaveText(/^Offline, \d+ waiting$/);
  await syncRow(home).click();
  const panel = home.getByRole("tabpanel");
  await expect(panel.getByText("The server cannot be reached")).toBeVisible();
  await panel.getByRole("button", { name: "Sync now" }).click();
  await expect(panel.getByRole("button", { name: "Sync now" })).toBeEnabled();
  await expect(panel.getByText("It will load when the server can be reached.")).toBeVisible();
  await home.context().setOffline(false);
  const back = performance.now();
  await expect(row(second, "The new title")).toBeVisible();
  console.log(`account: caught up ${(performance.now() - back).toFixed(0)} ms after the network was back`);
  await expect(syncRow(home)).toHaveText("Synced");
  await expect(panel.getByRole("listitem").filter({ hasText: "This browser" })).toBeVisible();
  await panel.getByRole("button", { name: "Sync now" }).click();
  await expect(panel.getByText("Everything is the same here and on the server.")).toBeVisible();
  await context.close();
});

test("the secret signs in, mistakes are told in words, a new secret and a sign-out do what they say", async ({
  home,
  app,
  model,
  browser,
}) => {
  await withModel(home, model, "Hello.");
  await say(home, "Say hello");
  await expect(home.getByText("Hello.", { exact: true })).toBeVisible();
  const secret = await createAccount(home);
  const { page: second, context } = await otherBrowser(browser, app.url);
  const panel = await openAccount(second);
  await panel.getByLabel("This browser's name").fill("By the secret");
  const field = panel.getByLabel("Secret or sign-in link");
  const signIn = panel.getByRole("button", { name: "Sign in", exact: true });
  for (const [typed, words] of [
    ["", "Paste the secret or a sign-in link."],
    [secret.slice(0, -2), "That is not a whole secret"],
    [`http://okcvm.localhost:1/#/pair/${"0".repeat(32)}`, "That link is of http://okcvm.localhost:1"],
    [`${app.url}#/pair/${"0".repeat(32)}`, "This link was used"],
    [`${app.url}#/pair/00`, "That is no sign-in link"],
  ] as const) {
    await field.fill(typed);
    await signIn.click();
    await expect(panel.getByRole("alert"), typed).toContainText(words);
    await expect(field).toHaveValue(typed);
    await expect(field).toBeFocused();
  }
  // However it was typed.
  await field.fill(secret.toLowerCase().replaceAll("-", " "));
  await signIn.click();
  await expect(panel.getByRole("listitem").filter({ hasText: "By the secret" })).toContainText(
    "This browser",
  );
  await expect(row(second, "Say hello")).toBeVisible();

  await home.getByRole("button", { name: "New secret…" }).click();
  await home
    .getByRole("dialog", { name: "Make a new secret?" })
    .getByRole("button", { name: "Make a new secret" })
    .click();
  const other = await keepSecret(home, "Keep the new secret");
  expect(other).not.toBe(secret);
  await expect(panel.getByText("This browser is signed out")).toBeVisible({ timeout: 10_000 });
  await field.fill(secret);
  await signIn.click();
  await expect(panel.getByRole("alert")).toContainText("No account has that secret");
  await field.fill(other);
  await signIn.click();
  await expect(panel.getByText("Browsers and programs")).toBeVisible();

  await panel.getByRole("button", { name: "Sign out…" }).click();
  const question = second.getByRole("dialog", { name: "Sign out of this browser?" });
  await expect(question).toContainText("Everything stays here");
  await question.getByRole("button", { name: "Sign out" }).click();
  await expect(panel.getByRole("button", { name: "Create an account" })).toBeVisible();
  await expect(syncRow(second)).toBeHidden();
  await expect(row(second, "Say hello")).toBeVisible();
  await context.close();
});

test("deleting the account names the day, and can be taken back", async ({ home }) => {
  await createAccount(home);
  const panel = home.getByRole("tabpanel");
  await panel.getByRole("button", { name: "Delete…" }).click();
  const question = home.getByRole("dialog", { name: "Delete the account?" });
  await expect(question).toContainText("In 7 days");
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await question.getByRole("button", { name: "Delete in 7 days" }).click();
  const day = new Date(Date.now() + 7 * 24 * 3_600_000).toLocaleDateString("en", { dateStyle: "long" });
  await expect(panel.getByText(`will be gone on ${day}`)).toBeVisible();
  await expect(panel.getByRole("button", { name: "Delete…" })).toBeHidden();
  await home.reload();
  await ready(home);
  await openAccount(home);
  await panel.getByRole("button", { name: "Keep the account" }).click();
  await expect(home.getByText("The account stays.")).toBeVisible();
  await expect(panel.getByRole("button", { name: "Delete…" })).toBeVisible();
});
