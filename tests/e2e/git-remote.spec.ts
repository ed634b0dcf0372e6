import type { Locator, Page, Request } from "@playwright/test";

import { filesOfPage } from "../support/e2e/page-files.ts";
import { connect, expect, ready, test as base } from "../support/e2e/test.ts";
import { startAppServer } from "../support/e2e/app-server.ts";
import { diskPicture } from "../support/git/real-git.ts";
import { startGitServer, type GitServer } from "../support/git-server/git-server.ts";
import { git, temporaryFolder } from "../support/git-server/git.ts";
import { fillRepository } from "../support/git-server/sample-repository.ts";

const TOKEN = "canary-token-5f0c1d2e3b4a";

const test = base.extend<{ host: GitServer; closed: GitServer }>({
  // eslint-disable-next-line no-empty-pattern
  host: async ({}, use) => {
    const host = await startGitServer();
    await use(host);
    await host.stop();
  },
  // eslint-disable-next-line no-empty-pattern
  closed: async ({}, use) => {
    const host = await startGitServer({ login: `x-access-token:${TOKEN}` });
    await use(host);
    await host.stop();
  },
  app: async ({ host, closed }, use) => {
    const app = await startAppServer({ env: { OKCVM_PRIVATE_HOSTS: `${host.host},${closed.host}` } });
    await use(app);
    await app.stop();
  },
  // Past the first page, which has no files pane.
  home: async ({ page, app, model }, use) => {
    await page.goto(app.url);
    await ready(page);
    await connect(page, model);
    await use(page);
  },
});

const TITLES = { import: "Import from a Git repository", push: "Push to a Git repository" };

/** Opens the dialog by the palette, with the keyboard. */
async function openDialog(page: Page, mode: "import" | "push"): Promise<Locator> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Commands" }).fill(TITLES[mode]);
  // It is there once the conversation is open.
  await expect(page.getByRole("option", { name: TITLES[mode], selected: true })).toBeVisible();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: TITLES[mode] });
  await expect(dialog.getByLabel("Address")).toBeFocused();
  return dialog;
}

async function press(dialog: Locator, name: string): Promise<void> {
  await dialog.getByRole("button", { name, exact: true }).last().click();
}

/** What real Git checks out of a repository that it finds no fault with. */
async function checkout(bare: string, branch = "main"): Promise<Record<string, string>> {
  expect(await git(bare, "fsck", "--full", "--strict")).toBe("");
  const folder = temporaryFolder();
  await git(folder, "clone", "-q", "--branch", branch, bare, "out");
  return diskPicture(`${folder}/out`);
}

test("a repository is imported by the dialog, a file changed in the editor, and all of it pushed back", async ({
  home,
  host,
}) => {
  const bare = await host.create("sample.git");
  await fillRepository(bare);
  const before = await git(bare, "rev-parse", "main");

  const dialog = await openDialog(home, "import");
  await dialog.getByLabel("Address").fill(host.url("sample.git"));
  await home.keyboard.press("Enter");
  await expect(dialog.getByText(`12 files came from ${host.host}/sample.`)).toBeVisible();
  await press(dialog, "See in timeline");
  await expect(dialog).toBeHidden();
  await expect(home.getByText("merge side").filter({ visible: true }).first()).toBeVisible();
  expect(await filesOfPage(home)).toEqual(await checkout(bare));

  await home.getByRole("tab", { name: "Files" }).click();
  await home.getByRole("treeitem", { name: "README.md" }).click();
  await home.getByRole("textbox", { name: "Text of README.md" }).click();
  await home.keyboard.press("Control+End");
  await home.keyboard.type("Changed here.");
  // The editor saves by itself, a moment later; the push takes what was typed all the same.
  const push = await openDialog(home, "push");
  await expect(push.getByLabel("Address")).toHaveValue(host.url("sample.git"));
  await press(push, "Push");
  await expect(push.getByText(`The files and snapshots are in ${host.host}/sample.`)).toBeVisible();
  const after = await git(bare, "rev-parse", "main");
  await expect(push.getByText(after.slice(0, 10))).toBeVisible();
  expect(await git(bare, "merge-base", "--is-ancestor", before, after)).toBe("");
  expect(await git(bare, "show", "main:README.md")).toBe("# Sample\nChanged here.");
  expect(await checkout(bare)).toEqual(await filesOfPage(home));

  await press(push, "Close");
  const again = await openDialog(home, "push");
  await press(again, "Push");
  await expect(again.getByText(/Nothing is new/)).toBeVisible();
});

test("a closed repository asks for a token, keeps the right one, and lets it out to its host alone", async ({
  home,
  closed,
  app,
  context,
}) => {
  const bare = await closed.create("secret.git");
  const work = temporaryFolder();
  await git(work, "clone", "-q", bare, ".");
  await git(work, "commit", "-q", "--allow-empty", "-m", "start");
  await git(work, "push", "-q", "origin", "HEAD:main");
  const carriers: string[] = [];
  context.on("request", (request) => {
    if (carries(request)) carriers.push(request.url());
  });
  await home.evaluate(async () => (await okcvm.open()).workspace.write("mine.txt", "x"));

  const dialog = await openDialog(home, "push");
  await dialog.getByLabel("Address").fill(closed.url("secret.git"));
  const token = dialog.getByLabel("Access token");
  await expect(token).toBeHidden();
  await press(dialog, "Push");
  await expect(dialog.getByText(/asks for a login/)).toBeVisible();
  await expect(dialog.getByText("A token that may read and write the repository's contents.")).toBeVisible();
  await expect(token).toBeFocused();
  await token.fill("wrong-token");
  await home.keyboard.press("Enter");
  await expect(dialog.getByText(/did not take the token/)).toBeVisible();
  await expect(token).toBeFocused();
  await token.fill(TOKEN);
  await dialog.getByLabel(/Keep it in this browser/).check();
  await press(dialog, "Push");
  // The branch there has a commit that is not here.
  await expect(dialog.getByText(/has commits that are not here/)).toBeVisible();

  await press(dialog, "Import their changes first");
  const imports = home.getByRole("dialog", { name: TITLES.import });
  await expect(imports.getByLabel("Branch (optional)")).toHaveValue("main");
  await press(imports, "Import");
  await press(imports, "Push again");
  const pushed = home.getByRole("dialog", { name: TITLES.push });
  await expect(pushed.getByText(/The files and snapshots are in/)).toBeVisible();
  expect(await git(bare, "show", "main:mine.txt")).toBe("x");
  expect(await checkout(bare)).toEqual(await filesOfPage(home));
  await press(pushed, "Close");
  await expectGone(home);

  await home.reload();
  await ready(home);
  const kept = await openDialog(home, "import");
  await expect(kept.getByText(`A token for ${closed.host} is kept`)).toBeVisible();
  await expect(kept.getByLabel("Access token")).toBeHidden();
  await press(kept, "Import");
  await expect(kept.getByText(/Nothing is new/)).toBeVisible();
  await expectGone(home);
  expect(
    closed.received.filter(({ headers }) => headers.authorization === basic(TOKEN)).length,
  ).toBeGreaterThan(2);
  expect(carriers.length).toBeGreaterThan(2);
  expect(carriers.filter((url) => !url.startsWith(`${app.url}/v1/git/${closed.host}/`))).toEqual([]);

  await press(kept, "Close");
  const forget = await openDialog(home, "import");
  await press(forget, "Forget it");
  await press(forget, "Import");
  await expect(forget.getByText(/asks for a login/)).toBeVisible();
});

test("a login in the address is taken out of it before anyone can read it over a shoulder", async ({
  home,
  closed,
}) => {
  const bare = await closed.create("secret.git");
  await fillRepository(bare);
  const dialog = await openDialog(home, "import");
  const address = dialog.getByLabel("Address");
  await address.fill(closed.url("secret.git").replace("//", `//x-access-token:${TOKEN}@`));
  await address.blur();
  await expect(address).toHaveValue(closed.url("secret.git"));
  await expect(dialog.getByLabel("Access token")).toHaveAttribute("type", "password");
  await press(dialog, "Import");
  await expect(dialog.getByText(/12 files came from/)).toBeVisible();
  await press(dialog, "Close");
  await expectGone(home);
});

test("what goes wrong is said at its field, nothing typed is lost, and offline is told", async ({
  home,
  host,
  context,
}) => {
  await fillRepository(await host.create("sample.git"));
  const dialog = await openDialog(home, "import");
  const address = dialog.getByLabel("Address");
  const branch = dialog.getByLabel("Branch (optional)");
  await press(dialog, "Import");
  await expect(dialog.getByText(/Enter the address of a Git repository/)).toBeVisible();
  await expect(address).toBeFocused();
  await address.fill(host.url("sample.git"));
  await expect(dialog.getByRole("alert")).toBeHidden();
  await branch.fill("nothing-like-it");
  await press(dialog, "Import");
  await expect(dialog.getByText(/no branch nothing-like-it\. It has: main, side\./)).toBeVisible();
  await expect(branch).toBeFocused();
  await expect(branch).toHaveAttribute("aria-invalid", "true");

  await context.setOffline(true);
  await expect(dialog.getByText(/You are offline/)).toBeVisible();
  await press(dialog, "Import");
  await expect(dialog.getByText(/The server of this page cannot be reached/)).toBeVisible();
  await context.setOffline(false);
  await expect(dialog.getByText(/You are offline/)).toBeHidden();
  await expect(address).toHaveValue(host.url("sample.git"));
  await branch.fill("side");
  await press(dialog, "Import");
  await expect(dialog.getByText(/files came from/)).toBeVisible();
});

test("a transfer can be cancelled, goes on when the dialog is closed, and runs unseen in another tab", async ({
  home,
  host,
  app,
  context,
}) => {
  await fillRepository(await host.create("sample.git"));
  /** Keeps the host from answering the next fetch. Resolves, once it has come, with what refuses it. */
  const hold = (): Promise<() => void> =>
    new Promise((resolve) => {
      host.answerWith((request, response) => {
        if (request.method !== "POST") return false;
        host.answerWith(() => false);
        resolve(() => response.writeHead(503).end("Busy."));
        return true;
      });
    });
  const first = hold();
  const dialog = await openDialog(home, "import");
  await dialog.getByLabel("Address").fill(host.url("sample.git"));
  await press(dialog, "Import");
  await expect(dialog.getByText(`Asking ${host.host}`)).toBeVisible();
  await expect(dialog.getByRole("progressbar")).toBeVisible();
  await expect(dialog.getByLabel("Address")).toBeDisabled();
  await first;
  await press(dialog, "Cancel the import");
  await expect(dialog.getByText("Cancelled. The files are as they were.")).toBeVisible();
  expect(await filesOfPage(home)).toEqual({});

  const refuse = hold();
  await press(dialog, "Import");
  await expect(dialog.getByText(`Asking ${host.host}`)).toBeVisible();
  await home.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  (await refuse)();
  await expect(home.getByText(/The import from .* failed\. .* Busy\./)).toBeVisible();
  await home.getByRole("button", { name: "Show", exact: true }).click();
  await expect(dialog.getByText(/failed \(status 503\)/)).toBeVisible();
  await press(dialog, "Close");

  const id = await home.evaluate(async () => (await okcvm.open()).id);
  const second = await context.newPage();
  await second.goto(`${app.url}/#/c/${id}`);
  await ready(second);
  const refuseOther = hold();
  const other = await openDialog(second, "import");
  await press(other, "Import");
  await expect(other.getByText(/Another tab with this conversation does the import/)).toBeVisible();
  await expect(other.getByRole("button", { name: /Cancel/ })).toBeHidden();
  (await refuseOther)();
  await expect(other.getByText(/failed \(status 503\)/)).toBeVisible();
  await press(other, "Import");
  await expect(other.getByText(/12 files came from/)).toBeVisible();
  expect(Object.keys(await filesOfPage(home))).toHaveLength(12);
});

function basic(token: string): string {
  return `Basic ${btoa(`x-access-token:${token}`)}`;
}

/** Whether the token is in a request, as it is or as a login. */
function carries(request: Request): boolean {
  const all = [request.url(), JSON.stringify(request.headers()), request.postData() ?? ""].join("\n");
  return all.includes(TOKEN) || all.includes(btoa(`x-access-token:${TOKEN}`));
}

/** The token is nowhere a person or a script of the page would come upon it. */
async function expectGone(page: Page): Promise<void> {
  const seen = await page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll("input")].map((input) => input.value),
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      location.href,
    ].join("\n"),
  );
  expect(seen).not.toContain(TOKEN);
}
