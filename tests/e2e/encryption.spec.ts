import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  closeSettings,
  createAccount,
  keepSecret,
  openAccount,
  otherBrowser,
  pairingLink,
  row,
  say,
  test,
  withModel,
} from "../support/e2e/account-test.ts";
import { seriousIssues } from "../support/e2e/axe.ts";
import { readOpen, writeOpen } from "../support/e2e/page-files.ts";
import { expect } from "../support/e2e/test.ts";
import { openSqlite } from "../../sync-server/db/sqlite.ts";

const CANARY = "Tell nobody of the lighthouse";

test("what is encrypted is read by the account's browsers, by those invited, and not by the server", async ({
  home,
  model,
  browser,
  folder,
}) => {
  await withModel(home, model, "The lighthouse is a secret.");
  const secret = await createAccount(home);
  await closeSettings(home);

  await home.getByRole("button", { name: "Encrypt end to end" }).click();
  const toggle = home.getByRole("button", { name: "End-to-end encrypted", exact: true });
  await expect(toggle).toBeVisible();
  await say(home, CANARY);
  await expect(home.getByText("The lighthouse is a secret.")).toBeVisible();
  await expect(toggle).toBeHidden();
  await expect(row(home, CANARY).getByRole("img", { name: "End-to-end encrypted" })).toBeVisible();

  // The other browser signs in by the link, which has the key behind the mark that is sent to no server.
  await openAccount(home);
  const link = await pairingLink(home);
  const { page: second } = await otherBrowser(browser, link);
  await second.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await row(second, CANARY).click();
  await expect(second.getByText("The lighthouse is a secret.")).toBeVisible();
  await closeSettings(home);

  // A third one is let in without the key: it is told what it lacks, and opens it with the secret.
  await openAccount(home);
  const keyless = (await pairingLink(home)).replace(/\.[^.]{43}$/, "");
  const { page: third } = await otherBrowser(browser, keyless);
  await third.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await expect(third.getByRole("navigation").getByText("Synced, 1 locked")).toBeVisible();
  await expect(row(third, CANARY)).toBeHidden();
  const panel = await openAccount(third);
  await expect(panel.getByText("1 encrypted conversation is not shown")).toBeVisible();
  await panel.getByLabel("The account's secret").fill("AAAAAA-AAAAAA");
  await panel.getByRole("button", { name: "Unlock" }).click();
  await expect(panel.getByText("That is not a whole secret")).toBeVisible();
  await panel.getByLabel("The account's secret").fill(secret.toLowerCase());
  await panel.getByRole("button", { name: "Unlock" }).click();
  await expect(panel.getByLabel("Encrypt new conversations of this browser")).toBeVisible();
  await closeSettings(third);
  await row(third, CANARY).click();
  await expect(third.getByText("The lighthouse is a secret.")).toBeVisible();
  await closeSettings(home);

  await writeOpen(home, "output/plan.md", "# The lighthouse\n");
  await expect.poll(() => readOpen(second, "output/plan.md")).toBe("# The lighthouse\n");
  for (const end of ["", "-wal"]) {
    const kept = readFileSync(`${folder}/okcvm.sqlite${end}`).toString("latin1");
    for (const text of ["lighthouse", "plan.md", link.split(".").at(-1) ?? ""])
      expect(kept).not.toContain(text);
  }
});

test("who makes an account can encrypt what is there already", async ({ home, model, folder }) => {
  await withModel(home, model, "The lighthouse is a secret.");
  await say(home, CANARY);
  await expect(home.getByText("The lighthouse is a secret.")).toBeVisible();
  const panel = await openAccount(home);
  await panel.getByLabel("Encrypt what goes to the server end to end").check();
  await panel.getByRole("button", { name: "Create an account" }).click();
  await keepSecret(home, "Keep this secret");
  await expect(panel.getByLabel("Encrypt new conversations of this browser")).toBeChecked();
  await closeSettings(home);
  await expect(home.getByRole("navigation").locator(".sync-row")).toHaveText("Synced");
  await expect(row(home, CANARY).getByRole("img", { name: "End-to-end encrypted" })).toBeVisible();
  for (const end of ["", "-wal"])
    expect(readFileSync(`${folder}/okcvm.sqlite${end}`).toString("latin1")).not.toContain("lighthouse");
});

test("what somebody changed on the server is told of where it is missing", async ({
  home,
  model,
  browser,
  folder,
}) => {
  await withModel(home, model, "The lighthouse is a secret.");
  await createAccount(home);
  await closeSettings(home);
  await home.getByRole("button", { name: "Encrypt end to end" }).click();
  await say(home, CANARY);
  await expect(home.getByText("The lighthouse is a secret.")).toBeVisible();
  const database = openSqlite(`${folder}/okcvm.sqlite`);
  const { kysely } = database;
  const messages = () =>
    kysely.selectFrom("items").select("id").where("id", "like", "node.%").orderBy("seq").execute();
  await expect.poll(async () => (await messages()).length).toBe(2);
  const [, reply] = await messages();
  // The server may be writing: only a transaction is begun again then.
  await database.transact((transaction) =>
    transaction
      .updateTable("items")
      .set({ body: Buffer.from("e1.AAAA") })
      .where("id", "=", reply?.id ?? "")
      .execute(),
  );
  await database.close();

  await openAccount(home);
  const { page: second } = await otherBrowser(browser, await pairingLink(home));
  await second.getByRole("dialog").getByRole("button", { name: "Sign in" }).click();
  await row(second, CANARY).click();
  await expect(second.getByText("One entry of this conversation is left out")).toBeVisible();
  mkdirSync(images, { recursive: true });
  for (const theme of ["light", "dark"] as const) {
    await second.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await second.screenshot({ path: `${images}/encryption-unopened-${theme}.png` });
    expect(await seriousIssues(second)).toEqual([]);
  }
  await second.setViewportSize({ width: 390, height: 844 });
  await second.screenshot({ path: `${images}/encryption-unopened-phone.png` });
});

const images = fileURLToPath(new URL("../../test-results/images", import.meta.url));

for (const theme of ["light", "dark"] as const)
  test(`axe finds no serious issue where encryption is asked for, ${theme}`, async ({ home, model }) => {
    mkdirSync(images, { recursive: true });
    await home.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
    await withModel(home, model, "x");
    await openAccount(home);
    const check = async (name: string): Promise<void> => {
      await home.screenshot({ path: `${images}/encryption-${name}-${theme}.png` });
      expect(await seriousIssues(home)).toEqual([]);
      const wide = await home.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
    };
    await check("before");
    await home.getByRole("button", { name: "Create an account" }).click();
    await keepSecret(home, "Keep this secret");
    await home.getByRole("heading", { name: "End-to-end encryption" }).scrollIntoViewIfNeeded();
    await check("account");
    await home.setViewportSize({ width: 390, height: 844 });
    await check("account-phone");
    await closeSettings(home);
    await home.getByRole("button", { name: "Encrypt end to end" }).click();
    await check("composer-phone");
    await home.setViewportSize({ width: 1440, height: 900 });
    await check("composer");
  });
