import type { Page } from "@playwright/test";
import { seriousIssues } from "../support/e2e/axe.ts";
import { connect, expect, ready, smallest, test, TOUCH_TARGET } from "../support/e2e/test.ts";

/** Text by path; null for a file to delete. */
type Files = Record<string, string | null>;

/**
 * The picker answers a folder of the browser's own private file system: handles
 * of the same kind, with the same methods, as those of the person's disk.
 */
async function stubPicker(page: Page, name = "project"): Promise<void> {
  await page.addInitScript((folder) => {
    Object.assign(window, {
      showDirectoryPicker: async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true }),
    });
  }, name);
}

/** What another program does on the disk. */
async function onDisk(page: Page, files: Files, name = "project"): Promise<void> {
  await page.evaluate(
    async ({ files, name }) => {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle(name, { create: true });
      for (const [path, text] of Object.entries(files)) {
        const names = path.split("/");
        let parent = folder;
        for (const one of names.slice(0, -1)) parent = await parent.getDirectoryHandle(one, { create: true });
        const last = names.at(-1) ?? "";
        if (text === null) {
          await parent.removeEntry(last);
          continue;
        }
        const writable = await (await parent.getFileHandle(last, { create: true })).createWritable();
        await writable.write(text);
        await writable.close();
      }
    },
    { files, name },
  );
}

/** Every file of the disk's folder, by path. */
async function diskTexts(page: Page): Promise<Record<string, string>> {
  return page.evaluate(async () => {
    const found: Record<string, string> = {};
    const walk = async (folder: FileSystemDirectoryHandle, above: string): Promise<void> => {
      for await (const handle of folder.values()) {
        if (handle.kind === "directory")
          await walk(handle as FileSystemDirectoryHandle, `${above}${handle.name}/`);
        else found[above + handle.name] = await (await (handle as FileSystemFileHandle).getFile()).text();
      }
    };
    const root = await navigator.storage.getDirectory();
    await walk(await root.getDirectoryHandle("project"), "");
    return found;
  });
}

/** Writes and removes files of the open conversation. */
async function here(page: Page, files: Files): Promise<void> {
  await page.evaluate(async (files) => {
    const { workspace } = await okcvm.open();
    for (const [path, text] of Object.entries(files)) {
      if (text === null) await workspace.remove(path);
      else await workspace.write(path, text);
    }
  }, files);
}

async function openDialog(page: Page): Promise<void> {
  const narrow = (page.viewportSize()?.width ?? 0) < 720;
  const tab = narrow
    ? page
        .getByRole("navigation")
        .getByRole("button", { name: "Files" })
        .or(page.getByRole("tab", { name: "Files" }))
    : page.getByRole("tab", { name: "Files" });
  if (!narrow && !(await tab.isVisible()))
    await page.getByRole("button", { name: "Show the computer" }).click();
  await tab.first().click();
  await page.getByRole("button", { name: "More", exact: true }).click();
  await page.getByRole("menuitem", { name: /folder of your disk/ }).click();
}

const FIRST: Files = {
  ".gitignore": "*.log\n",
  "debug.log": "left out",
  "node_modules/a/index.js": "left out",
  "README.md": "# Old\n",
  "src/main.ts": "one\ntwo\nthree\n",
  "src/gone.ts": "bye\n",
  "conf.json": "{}\n",
};

test("a folder comes here, its differences are shown, and only what is confirmed is written", async ({
  home,
  app,
  model,
}) => {
  await stubPicker(home);
  await home.goto(app.url);
  await ready(home);
  await connect(home, model);
  await onDisk(home, FIRST);
  await openDialog(home);
  await home.getByRole("button", { name: "Choose a folder" }).click();
  await expect(home.getByText("5 files, ")).toBeVisible();
  await home.getByRole("button", { name: "Copy 5 files here" }).click();
  await expect(home.getByText("5 files are the same here and in “project”.")).toBeVisible();
  const before = await diskTexts(home);

  await here(home, {
    "src/main.ts": "one\n2\nthree\n",
    "src/new/deep.ts": "new\n",
    "README.md": "# Mine\n",
    "src/gone.ts": null,
    "conf.json": '{"mine":true}\n',
    "debug.log": "the workspace's own",
  });
  await onDisk(home, { "conf.json": '{"theirs":true}\n', "theirs.txt": "only there\n" });
  await expect(home.getByText("Files here have changed since this comparison.")).toBeVisible();
  await home.getByRole("button", { name: "Compare again" }).first().click();

  await expect(home.getByLabel("Write src/main.ts to the disk")).toBeChecked();
  await expect(home.getByLabel("Delete src/gone.ts on the disk")).not.toBeChecked();
  await expect(home.getByLabel("Bring theirs.txt here")).toBeChecked();
  await expect(home.getByLabel("What to do with conf.json")).toHaveValue("Leave both");
  await expect(home.getByRole("dialog").getByText("debug.log")).toHaveCount(0);
  await home.getByRole("button", { name: /main\.ts/ }).click();
  await expect(home.locator('.diff-line[data-kind="removed"]')).toContainText("two");
  await expect(home.locator('.diff-line[data-kind="added"]')).toContainText("2");
  await home.getByLabel("Write README.md to the disk").uncheck();
  expect(await diskTexts(home)).toEqual({
    ...before,
    "conf.json": '{"theirs":true}\n',
    "theirs.txt": "only there\n",
  });

  await home.getByRole("button", { name: "Write 2 files to the disk" }).click();
  await expect(home.getByText("2 files written to “project”.")).toBeVisible();
  expect(await diskTexts(home)).toEqual({
    ...before,
    "conf.json": '{"theirs":true}\n',
    "theirs.txt": "only there\n",
    "src/main.ts": "one\n2\nthree\n",
    "src/new/deep.ts": "new\n",
  });

  await home.getByRole("button", { name: "Bring 1 file here" }).click();
  await expect(home.getByText("1 file brought here from “project”.")).toBeVisible();
  await home.getByLabel("What to do with conf.json").selectOption("Take the disk’s");
  await home.getByRole("button", { name: "Bring 1 file here" }).click();
  await expect(home.getByText("Changed in both places")).toHaveCount(0);
  await home.getByLabel("Delete src/gone.ts on the disk").check();
  await home.getByRole("button", { name: "Write 1 file to the disk, delete 1" }).click();
  await expect(home.getByText("6 files are the same here and in “project”.")).toBeVisible();
  expect(await diskTexts(home)).toEqual({
    ".gitignore": "*.log\n",
    "debug.log": "left out",
    "node_modules/a/index.js": "left out",
    "README.md": "# Mine\n",
    "src/main.ts": "one\n2\nthree\n",
    "src/new/deep.ts": "new\n",
    "conf.json": '{"theirs":true}\n',
    "theirs.txt": "only there\n",
  });
  const labels = await home.evaluate(async () =>
    (await (await okcvm.open()).workspace.snapshots()).map(({ kind, label }) => `${kind}: ${label}`),
  );
  expect(labels).toContain("import: Opened the folder “project”");
  expect(labels).toContain("edits: Before taking changes from the folder “project”");
});

test("the folder is there after a reload, and what changed meanwhile on the disk is seen", async ({
  home,
  app,
  model,
}) => {
  await stubPicker(home);
  await home.goto(app.url);
  await ready(home);
  await connect(home, model);
  await onDisk(home, { "a.txt": "one\n" });
  await openDialog(home);
  await home.getByRole("button", { name: "Choose a folder" }).click();
  await home.getByRole("button", { name: "Copy 1 file here" }).click();
  await expect(home.getByText("No differences")).toBeVisible();
  await home.reload();
  await ready(home);
  await onDisk(home, { "a.txt": "two\n" });
  await openDialog(home);
  await expect(home.getByLabel("Bring a.txt here")).toBeChecked();
  await expect(home.getByText("Last synced")).toBeVisible();
  await home.getByRole("button", { name: "Let go of the folder" }).click();
  await expect(home.getByRole("button", { name: "Choose a folder" })).toBeVisible();
});

test("a file that changes between the comparison and the button is not written, nor any other", async ({
  home,
  app,
}) => {
  await stubPicker(home);
  await home.goto(app.url);
  await ready(home);
  await onDisk(home, { "a.txt": "one\n", "b.txt": "one\n" });
  const result = await home.evaluate(async () => {
    const session = await okcvm.open();
    const sync = await okcvm.disk.open(session);
    await (await sync.choose())?.open();
    for (const name of ["a.txt", "b.txt", "c.txt"]) await session.workspace.write(name, "mine\n");
    const linked = await sync.linked();
    if (!linked) throw new Error("No folder.");
    const { differences } = await linked.compare();
    const project = await (await navigator.storage.getDirectory()).getDirectoryHandle("project");
    const writable = await (await project.getFileHandle("c.txt", { create: true })).createWritable();
    await writable.write("theirs\n");
    await writable.close();
    const refused = await linked.write(differences);
    const again = await linked.compare();
    const written = await linked.write(again.differences.filter(({ changed }) => changed === "here"));
    return { refused, conflicts: again.differences.filter(({ changed }) => changed === "both"), written };
  });
  expect(result.refused).toEqual({ written: [], deleted: [], failed: [], stale: ["c.txt"], stopped: false });
  expect(result.conflicts.map(({ path }) => path)).toEqual(["c.txt"]);
  expect(result.written.written).toEqual(["a.txt", "b.txt"]);
  expect(await diskTexts(home)).toEqual({ "a.txt": "mine\n", "b.txt": "mine\n", "c.txt": "theirs\n" });
});

test("what the disk refuses is told for the file, and leaves no half of it behind", async ({ home, app }) => {
  await stubPicker(home);
  await home.goto(app.url);
  await ready(home);
  await onDisk(home, { "a.txt": "one\n", "taken/x": "x\n" });
  const result = await home.evaluate(async () => {
    const session = await okcvm.open();
    const sync = await okcvm.disk.open(session);
    await (await sync.choose())?.open();
    await session.workspace.write("a.txt", "mine\n");
    await session.workspace.remove("taken");
    await session.workspace.write("taken", "now a file\n");
    // A stream that fails half-way, as on a full disk.
    const { close } = FileSystemWritableFileStream.prototype;
    FileSystemWritableFileStream.prototype.close = function (): Promise<void> {
      return Promise.reject(new DOMException("No room.", "QuotaExceededError"));
    };
    await session.workspace.write("new.txt", "new\n");
    const linked = await sync.linked();
    if (!linked) throw new Error("No folder.");
    const { differences } = await linked.compare();
    const failed = await linked.write(differences.filter(({ here }) => here !== null));
    FileSystemWritableFileStream.prototype.close = close;
    return failed.failed;
  });
  expect(Object.fromEntries(result.map(({ path, message }) => [path, message]))).toEqual({
    "a.txt": "The disk has no room for “a.txt”. Make room on it, then try again.",
    "new.txt": "The disk has no room for “new.txt”. Make room on it, then try again.",
    taken:
      "“taken” is a folder on the disk where a file is needed, or a file where a folder is needed. It was not touched.",
  });
  expect(await diskTexts(home)).toEqual({ "a.txt": "one\n", "taken/x": "x\n" });
});

test("a browser that opens no folders says so and offers a ZIP", async ({ home, app, model }) => {
  await home.addInitScript(() => {
    Reflect.deleteProperty(window, "showDirectoryPicker");
    Reflect.deleteProperty(Window.prototype, "showDirectoryPicker");
  });
  await home.goto(app.url);
  await ready(home);
  await connect(home, model);
  await here(home, { "a.txt": "one\n" });
  await openDialog(home);
  await expect(home.getByText("This browser opens no folders")).toBeVisible();
  const download = home.waitForEvent("download");
  await home.getByRole("button", { name: "Download as ZIP" }).click();
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);
});

test("axe finds no serious issue in the dialog at phone width, in both themes, and nothing is too wide", async ({
  home,
  app,
  model,
}) => {
  await home.setViewportSize({ width: 390, height: 844 });
  await stubPicker(home);
  await home.goto(app.url);
  await ready(home);
  await connect(home, model);
  await onDisk(home, FIRST);
  await openDialog(home);
  await home.getByRole("button", { name: "Choose a folder" }).click();
  await home.getByRole("button", { name: "Copy 5 files here" }).click();
  await expect(home.getByText("No differences")).toBeVisible();
  await here(home, { "README.md": "# Mine\n", "src/gone.ts": null, "conf.json": "mine" });
  await onDisk(home, { "conf.json": "theirs", "a/very/long/folder/and/a-very-long-name-of-a-file.txt": "x" });
  await home.getByRole("button", { name: "Compare again" }).first().click();
  await home.getByRole("button", { name: /README\.md/ }).click();
  await expect(home.locator(".diff-line").first()).toBeVisible();
  for (const theme of ["light", "dark"] as const) {
    await home.evaluate((name) => okcvm.settings.set({ theme: name }), theme);
    expect(await seriousIssues(home), theme).toEqual([]);
  }
  expect(await home.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const touched = home.locator(
    ".disk-dialog :is(button:not(.diff-gap, .text-button), .disk-tick, select):visible",
  );
  expect(await smallest(touched)).toBeGreaterThanOrEqual(TOUCH_TARGET);
});
