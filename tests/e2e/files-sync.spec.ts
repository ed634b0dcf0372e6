import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { deriveAuthKey, readRootSecret } from "../../src/domain/root-secret.ts";
import { otherBrowser, test } from "../support/e2e/account-test.ts";
import { connect, expect } from "../support/e2e/test.ts";
import { readOpen as read, writeOpen as write } from "../support/e2e/page-files.ts";
import { git, temporaryFolder } from "../support/git/real-git.ts";

async function openSame(page: Page, as: Page): Promise<void> {
  const hash = new URL(as.url()).hash;
  await page.evaluate((to) => (location.hash = to), hash);
  await expect.poll(() => new URL(page.url()).hash).toBe(hash);
}

/** How long until a file is there. Milliseconds. */
async function arrival(page: Page, path: string, text: string): Promise<number> {
  const began = performance.now();
  await expect.poll(() => read(page, path), { timeout: 10_000, intervals: [30] }).toBe(text);
  return performance.now() - began;
}

test("chat and files made in one browser are in the other within two seconds, and offline work of both is merged", async ({
  home,
  model,
  app,
  browser,
}) => {
  model.script(({ messages }) =>
    messages.at(-1)?.role === "tool"
      ? { text: "The page is there." }
      : {
          calls: [
            {
              name: "mshtools-write_file",
              arguments: { file_path: "/mnt/okcomputer/page.txt", content: "1\n2\n3\n" },
            },
          ],
        },
  );
  await connect(home, model);
  const secret = await home.evaluate(async () => (await globalThis.okcvm.sync.create("first")).secret);
  const { context, page: other } = await otherBrowser(browser, app.url);
  await other.evaluate((words) => globalThis.okcvm.sync.signIn(words, "second"), secret);

  await home.getByRole("textbox", { name: "Message" }).fill("Make a page");
  await home.getByRole("textbox", { name: "Message" }).press("Enter");
  await expect(home.getByText("The page is there.")).toBeVisible();
  const replied = performance.now();
  await expect
    .poll(() => other.evaluate(async () => (await globalThis.okcvm.conversations.list()).length))
    .toBe(2);
  await openSame(other, home);
  await expect(other.getByText("The page is there.")).toBeVisible();
  const page = await arrival(other, "page.txt", "1\n2\n3\n");
  const all = performance.now() - replied;

  await write(home, "of-home.txt", "home");
  const file = await arrival(other, "of-home.txt", "home");
  await write(other, "of-other.txt", "other");
  const back = await arrival(home, "of-other.txt", "other");
  test.info().annotations.push({ type: "ms", description: JSON.stringify({ all, page, file, back }) });
  console.log(
    `conversation with its files ${all.toFixed(0)} ms, a file ${file.toFixed(0)} ms, and back ${back.toFixed(0)} ms`,
  );

  await home.context().setOffline(true);
  await context.setOffline(true);
  await write(home, "page.txt", "1 home\n2\n3\n");
  await write(other, "page.txt", "1\n2\n3 other\n");
  await write(other, "offline.txt", "made offline");
  await home.context().setOffline(false);
  await context.setOffline(false);
  for (const one of [home, other]) {
    await arrival(one, "page.txt", "1 home\n2\n3 other\n");
    await arrival(one, "offline.txt", "made offline");
  }
  await context.close();
});

test("real Git clones what the browser has, and what it pushes is a snapshot there", async ({
  home,
  model,
  app,
}) => {
  model.script(() => ({ text: "Hello." }));
  await connect(home, model);
  const secret = await home.evaluate(async () => (await globalThis.okcvm.sync.create("first")).secret);
  await home.getByRole("textbox", { name: "Message" }).fill("Files, please");
  await home.getByRole("textbox", { name: "Message" }).press("Enter");
  await expect(home.getByText("Hello.")).toBeVisible();
  await write(home, "index.html", "<h1>tides</h1>\n");
  await write(home, "deep/er/データ.csv", "a,b\n1,2\n");
  const id = new URL(home.url()).hash.slice("#/c/".length);
  await expect
    .poll(() => home.evaluate(() => globalThis.okcvm.sync.status()), { timeout: 10_000 })
    .toMatchObject({ state: "synced", pending: 0 });

  const token = await deviceToken(app.url, secret);
  const folder = temporaryFolder();
  const remote = `http://git:${token}@localhost:${app.port}/git/${id}`;
  git(folder.path, "clone", "-q", remote, "clone");
  const clone = join(folder.path, "clone");
  expect(git(clone, "fsck", "--full", "--strict")).toBe("");
  const inBrowser = await home.evaluate(async () => {
    const { workspace } = await globalThis.okcvm.open(location.hash.slice("#/c/".length));
    const files = (await workspace.list("", { recursive: true })).filter(({ kind }) => kind === "file");
    const texts = await Promise.all(
      files.map(async ({ path }) => [path.slice(workspace.root.length + 1), await workspace.readText(path)]),
    );
    return Object.fromEntries(texts) as Record<string, string>;
  });
  const names = git(clone, "-c", "core.quotePath=false", "ls-files").trim().split("\n");
  expect(Object.fromEntries(names.map((name) => [name, readFileSync(join(clone, name), "utf8")]))).toEqual(
    inBrowser,
  );

  writeFileSync(join(clone, "from-git.txt"), "pushed\n");
  git(clone, "add", "-A");
  git(clone, "commit", "-q", "-m", "Pushed by Git");
  const began = performance.now();
  git(clone, "push", "-q");
  await arrival(home, "from-git.txt", "pushed\n");
  console.log(`a push is in the browser ${(performance.now() - began).toFixed(0)} ms after it began`);
  const [newest] = await home.evaluate(async () =>
    (await globalThis.okcvm.open(location.hash.slice("#/c/".length))).workspace.snapshots(1),
  );
  expect(newest).toMatchObject({
    label: "Pushed by Git",
    kind: "commit",
    id: git(clone, "rev-parse", "HEAD").trim(),
  });
  folder.remove();
});

/** A token for programs, as the account's secret gives one. */
async function deviceToken(server: string, secret: string): Promise<string> {
  const root = await readRootSecret(secret);
  if (!root) throw new Error("That is no secret.");
  const reply = await fetch(`${server.replace("okcvm.localhost", "localhost")}/v1/devices`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ authKey: await deriveAuthKey(root), name: "git" }),
  });
  return ((await reply.json()) as { token: string }).token;
}

test("a site published in one browser is in the other's preview, made again of the history they share", async ({
  home,
  app,
  browser,
}) => {
  await home.getByRole("button", { name: "Take the guided demo" }).click();
  await expect(home.getByText("What was really done")).toBeVisible({ timeout: 60_000 });
  const preview = home.frameLocator("iframe[title^='Preview of']");
  const heading = (await preview.getByRole("heading", { level: 1 }).textContent()) ?? "";
  const secret = await home.evaluate(async () => (await globalThis.okcvm.sync.create("first")).secret);
  const { page } = await otherBrowser(browser, app.url);
  await page.evaluate((text) => globalThis.okcvm.sync.signIn(text, "second"), secret);
  await page
    .getByRole("navigation")
    .getByTitle(/^Show me what you can do/)
    .click();
  await expect(page.getByText("What was really done")).toBeVisible();
  await page.getByRole("tab", { name: "Preview" }).click();
  const here = page.frameLocator("iframe[title^='Preview of']").getByRole("heading", { level: 1 });
  await page.getByLabel("Site to show").selectOption({ index: 0 });
  await expect(here).toHaveText(heading);
  // What is written later changes nothing of it, there either.
  await write(home, "site/index.html", "<h1>Later</h1>");
  await page.reload();
  await expect(here).toHaveText(heading);
});
