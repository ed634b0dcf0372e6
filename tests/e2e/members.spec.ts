import type { Locator, Page } from "@playwright/test";
import {
  ask,
  closeSettings,
  createAccount,
  keepSecret,
  otherBrowser,
  row,
  say,
  test,
  withModel,
} from "../support/e2e/account-test.ts";
import { expect } from "../support/e2e/test.ts";

async function shareDialog(page: Page): Promise<Locator> {
  await page
    .getByRole("banner")
    .getByRole("button", { name: /this conversation$/ })
    .click();
  return page.getByRole("dialog", { name: /^Share “/ });
}

async function inviteLink(dialog: Locator, role: string): Promise<string> {
  await dialog.getByLabel(role).check();
  await dialog.getByRole("button", { name: /^Make (?:a|another) link$/ }).click();
  await expect(dialog.getByRole("img", { name: "The invitation link as a QR code" })).toBeVisible();
  return dialog.getByRole("textbox", { name: "Invitation link" }).inputValue();
}

test("two accounts in one conversation: invited as an editor, made a viewer, removed", async ({
  home,
  model,
  browser,
}) => {
  await ask(home, model, { text: "The harbour plan", answer: "Noted." });

  // Without an account the dialog says what is needed, and leads there.
  const before = await shareDialog(home);
  await expect(before).toContainText("To share a conversation you need an account");
  await before.getByRole("button", { name: "Set up an account" }).click();
  await home.getByRole("tabpanel").getByRole("button", { name: "Create an account" }).click();
  await keepSecret(home, "Keep this secret");
  await home.getByRole("dialog", { name: "Settings" }).getByRole("button", { name: "Close" }).click();

  const dialog = await shareDialog(home);
  const people = dialog.getByRole("listitem");
  await expect(people).toHaveCount(1);
  await dialog.getByLabel("Your name").fill("Olga");
  await dialog.getByLabel("Your name").press("Tab");
  await expect(dialog.getByText("Saved. They see it now.").first()).toBeVisible();
  const link = await inviteLink(dialog, "Write and change files");
  expect(link).toMatch(/^http:\/\/okcvm\.localhost:\d+\/#\/join\/[0-9a-f]{32}$/);
  await expect(dialog.getByText(/Until /)).toBeVisible();

  // The other browser has no account: the link asks for one first, then joins.
  const { page: guest, context } = await otherBrowser(browser, link);
  await withModel(guest, model, "Noted.");
  const join = guest.getByRole("dialog", { name: "Join a conversation" });
  await expect(join).toContainText("This link invites you to a conversation at okcvm.localhost");
  await join.getByRole("button", { name: "Create an account" }).click();
  await keepSecret(guest, "Keep this secret");
  await join.getByLabel("Your name").fill("Zoë");
  await join.getByRole("button", { name: "Join" }).click();
  await expect(join).toBeHidden();
  await expect(guest.getByRole("main").getByText("The harbour plan")).toBeVisible();
  expect(guest.url()).toMatch(/#\/c\/[0-9a-f]{32}$/);
  await expect(guest.getByRole("navigation").getByRole("img", { name: "Shared" })).toBeVisible();

  // The owner's dialog learns of it while it is open, and the link is gone.
  await expect(people.filter({ hasText: "Zoë" })).toBeVisible();
  await expect(dialog.getByRole("textbox", { name: "Invitation link" })).toBeHidden();
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(home.getByRole("navigation").getByRole("img", { name: "Shared" })).toBeVisible();

  // Both write, both see.
  await say(guest, "Dredge the north basin");
  await expect(home.getByText("Dredge the north basin")).toBeVisible();
  await expect(home.getByText("Noted.")).toHaveCount(2);
  await say(home, "And the south basin");
  await expect(guest.getByText("And the south basin")).toBeVisible();
  await expect(guest.getByText("Noted.")).toHaveCount(3);

  // A used link says so, to someone with an account too.
  const { page: late, context: lateContext } = await otherBrowser(browser, new URL(link).origin);
  await createAccount(late);
  await closeSettings(late);
  await late.goto(link);
  await late
    .getByRole("dialog", { name: "Join a conversation" })
    .getByRole("button", { name: "Join" })
    .click();
  await expect(late.getByRole("dialog").getByRole("alert")).toContainText("This invitation was used");
  await late.getByRole("dialog").getByRole("button", { name: "Not now" }).click();
  expect(late.url()).not.toContain("join");
  await lateContext.close();

  // A viewer reads, and has a line in the composer's place.
  const again = await shareDialog(home);
  await again.getByLabel("What Zoë may do").selectOption({ label: "May read" });
  const changed = performance.now();
  await expect(guest.getByText("You may read this conversation, not change it.")).toBeVisible({
    timeout: 10_000,
  });
  console.log(`members: a viewer ${(performance.now() - changed).toFixed(0)} ms after`);
  await expect(guest.getByRole("textbox", { name: "Message" })).toBeHidden();
  await expect(guest.getByRole("button", { name: "Edit" })).toBeHidden();
  for (const name of ["New file", "New folder", "Upload files"])
    await expect(guest.getByRole("button", { name: `${name}: you may read this` })).toBeDisabled();
  await again.getByRole("button", { name: "Close" }).click();
  await say(home, "Only I write now");
  await expect(guest.getByText("Only I write now")).toBeVisible();
  // What a program writes there all the same stays there, and nothing says that it failed.
  await guest.evaluate(async () => okcvm.conversations.rename((await okcvm.open()).id, "My own title"));
  await expect(guest.getByText("What you changed here stays in this browser.")).toBeVisible();
  await expect(guest.getByRole("navigation").locator(".sync-row")).toHaveText("Synced");
  await expect(row(home, "The harbour plan")).toBeVisible();

  // Made the owner and back again: who has it decides who is in it.
  const pass = async (from: Page, dialog: Locator, name: string): Promise<void> => {
    await dialog.getByLabel(`What ${name} may do`).selectOption({ label: "Make the owner…" });
    const question = from.getByRole("dialog", { name: `Make “${name}” the owner?` });
    await expect(question).toContainText("moves to their account");
    await question.getByRole("button", { name: "Make the owner" }).click();
    await expect(dialog.getByLabel(`What ${name} may do`)).toBeHidden();
  };
  const mine = await shareDialog(home);
  await pass(home, mine, "Zoë");
  await mine.getByRole("button", { name: "Close" }).click();
  await expect(guest.getByRole("textbox", { name: "Message" })).toBeVisible();
  const theirs = await shareDialog(guest);
  await pass(guest, theirs, "Olga");
  await theirs.getByRole("button", { name: "Close" }).click();

  // Removed: nothing more comes within ten seconds, and what was there stays.
  const last = await shareDialog(home);
  await last.getByRole("button", { name: "Remove Zoë" }).click();
  const question = home.getByRole("dialog", { name: "Remove “Zoë”?" });
  await expect(question).toContainText("Within seconds");
  await question.getByRole("button", { name: "Remove" }).click();
  const removed = performance.now();
  await expect(guest.getByText("This conversation is no longer shared with you.")).toBeVisible({
    timeout: 10_000,
  });
  console.log(`members: removed ${(performance.now() - removed).toFixed(0)} ms after`);
  await expect(last.getByRole("listitem")).toHaveCount(1);
  await last.getByRole("button", { name: "Close" }).click();
  await say(home, "Without Zoë");
  await expect(home.getByText("Noted.")).toHaveCount(5);
  await say(guest, "Mine alone");
  await expect(guest.getByText("Mine alone")).toBeVisible();
  await expect(guest.getByText("Without Zoë")).toBeHidden();
  await expect(home.getByText("Mine alone")).toBeHidden();
  await expect(guest.getByRole("navigation").locator(".sync-row")).toHaveText("Synced");
  await expect(home.getByRole("navigation").getByRole("img", { name: "Shared" })).toBeHidden();
  await context.close();
});

test("an invitation is revoked, and who was invited leaves", async ({ home, model, browser }) => {
  await ask(home, model, { text: "The reading list", answer: "Noted." });
  await createAccount(home);
  await closeSettings(home);
  const dialog = await shareDialog(home);
  const revoked = await inviteLink(dialog, "Read only");
  await dialog.getByRole("button", { name: /^Revoke the invitation/ }).click();
  await expect(dialog.getByText("Open invitations")).toBeHidden();
  const link = await inviteLink(dialog, "Read only");

  const { page: guest, context } = await otherBrowser(browser, new URL(link).origin);
  await createAccount(guest);
  await closeSettings(guest);
  await guest.goto(revoked);
  const join = guest.getByRole("dialog", { name: "Join a conversation" });
  await join.getByRole("button", { name: "Join" }).click();
  await expect(join.getByRole("alert")).toContainText("This invitation was used or revoked");
  await guest.goto(link);
  await expect(join.getByRole("alert")).toBeHidden();
  await join.getByRole("button", { name: "Join" }).click();
  await expect(guest.getByText("You may read this conversation, not change it.")).toBeVisible();
  await expect(dialog.getByRole("listitem")).toHaveCount(2);

  // Another's conversation is left, not deleted for everyone.
  await row(guest, "The reading list").hover();
  await guest.getByRole("button", { name: "Leave The reading list" }).click();
  const question = guest.getByRole("dialog", { name: "Leave “The reading list”?" });
  await question.getByRole("button", { name: "Leave", exact: true }).click();
  await expect(guest.getByText("Your copy stays here.")).toBeVisible();
  await expect(dialog.getByRole("listitem")).toHaveCount(1);
  // The copy is the guest's alone: deleting it troubles nobody.
  await row(guest, "The reading list").hover();
  await guest.getByRole("button", { name: "Delete The reading list" }).click();
  await expect(row(guest, "The reading list")).toBeHidden();
  await expect(guest.getByRole("navigation").locator(".sync-row")).toHaveText("Synced");
  await expect(row(home, "The reading list")).toBeVisible();
  await context.close();
});
