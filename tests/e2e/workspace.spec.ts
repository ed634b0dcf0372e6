import { bytesFrom, filesOfPage } from "../support/e2e/page-files.ts";
import { connect, expect, ready, test } from "../support/e2e/test.ts";
import { cloneBundle, diskPicture, temporaryFolder } from "../support/git/real-git.ts";

test("real Git takes the exported workspace: names, links, modes and binary files as they are", async ({
  home,
}) => {
  await home.evaluate(async () => {
    const { workspace } = await okcvm.open();
    const bytes = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, at) => (at * 7) % 256);
    for (let n = 0; n < 12; n++) {
      await workspace.write(`docs/日本語 ${n}/😀 notes.md`, `# ${n}\n`.repeat(n + 1));
      await workspace.write(`bin/${n}.dat`, bytes(n * 1_000));
      if (n % 3 === 0) await workspace.snapshot(`step ${n}`);
      if (n > 3) await workspace.rename(`bin/${n - 2}.dat`, `moved ${n}/ü ${n}.dat`);
      if (n > 5) await workspace.remove(`docs/日本語 ${n - 4}`);
    }
    await workspace.symlink("docs/日本語 11/😀 notes.md", "latest");
    await workspace.apply({
      origin: "test",
      changes: [{ kind: "write", path: "run me.sh", content: bytes(10), mode: 0o755 }],
    });
  });
  const bundle = await bytesFrom(home, async () => (await okcvm.open()).workspace.exportGit());
  const folder = temporaryFolder();
  try {
    const clone = cloneBundle(bundle, folder.path);
    const files = await filesOfPage(home);
    expect(Object.keys(files).length).toBeGreaterThan(15);
    expect(diskPicture(clone)).toEqual(files);
  } finally {
    folder.remove();
  }
});

test("a restore brings files back, keeps unsaved edits, and both outlive a reload", async ({ home }) => {
  const ids = await home.evaluate(async () => {
    const { workspace } = await okcvm.open();
    await workspace.write("a.txt", "one");
    const first = await workspace.snapshot("one");
    await workspace.write("a.txt", "two");
    await workspace.write("b.txt", "unsaved");
    const { before } = await workspace.restore(first.id);
    return { before };
  });
  await home.reload();
  await ready(home);
  expect(await filesOfPage(home)).toEqual({ "a.txt": "644 one" });
  const kept = await home.evaluate(async ({ before }) => {
    const { workspace } = await okcvm.open();
    const labels = (await workspace.snapshots()).map(({ kind, label }) => `${kind}: ${label}`);
    return { labels, text: await (await workspace.readAt(before ?? "", "b.txt")).text() };
  }, ids);
  expect(kept.labels).toEqual(["restore: Went back to “one”", "edits: Your edits", "manual: one"]);
  expect(kept.text).toBe("unsaved");
});

test("bad ZIPs and names are refused in words, and nothing is written", async ({ home }) => {
  const said = await home.evaluate(async () => {
    const { workspace } = await okcvm.open();
    await workspace.write("mine", "x");
    const tries: (() => Promise<unknown>)[] = [
      () => workspace.importZip(new Blob(["PK no zip at all"])),
      () => workspace.write("../out", "x"),
      () => workspace.write("/etc/passwd", "x"),
      () => workspace.write("a/.git/config", "x"),
      () => workspace.write("nul\0byte", "x"),
      () => workspace.write("x".repeat(256), "x"),
    ];
    const codes: string[] = [];
    for (const one of tries)
      codes.push(
        await one().then(
          () => "ok",
          (error: { code: string }) => error.code,
        ),
      );
    return { codes, files: (await workspace.list("", { recursive: true })).length };
  });
  expect(said.codes).toEqual([
    "bad-archive",
    "outside-workspace",
    "outside-workspace",
    "bad-path",
    "bad-path",
    "bad-path",
  ]);
  expect(said.files).toBe(1);
});

test("the ZIP of a workspace comes back the same", async ({ home }) => {
  const same = await home.evaluate(async () => {
    const { workspace } = await okcvm.open();
    for (let n = 0; n < 300; n++) await workspace.write(`d${n % 7}/f${n}`, `${n}\n`.repeat(n));
    const zip = await workspace.exportZip();
    const count = await workspace.importZip(new Blob([zip]), { into: "copy" });
    const read = async (path: string): Promise<string> => workspace.readText(path);
    return { count: count.files, equal: (await read("d3/f3")) === (await read("copy/d3/f3")) };
  });
  expect(same).toEqual({ count: 300, equal: true });
});

test("two tabs share a conversation; when the one that leads is closed, the other goes on", async ({
  home,
  app,
  context,
  model,
}) => {
  await connect(home, model);
  const id = await home.evaluate(async () => (await okcvm.open()).id);
  const second = await context.newPage();
  await second.goto(`${app.url}/#/c/${id}`);
  await ready(second);
  const following = await second.evaluate(async (given) => (await okcvm.open(given)).following, id);
  expect(following).toBe(true);

  await second.evaluate(
    async (given) => (await okcvm.open(given)).workspace.write("from-second.txt", "2"),
    id,
  );
  expect(
    await home.evaluate(async (given) => (await okcvm.open(given)).workspace.readText("from-second.txt"), id),
  ).toBe("2");

  model.script([{ text: "Hello to both." }]);
  await second.evaluate(async (given) => {
    const session = await okcvm.open(given);
    for await (const event of session.send("Hi from the second tab")) if (event.type === "run-end") break;
  }, id);
  await expect(home.getByText("Hello to both.")).toBeVisible();
  await expect(second.getByText("Hello to both.")).toBeVisible();

  // A write that is on its way while the leader goes is not lost.
  const write = second.evaluate(async (given) => {
    const { workspace } = await okcvm.open(given);
    for (let n = 0; n < 50; n++) await workspace.write(`stream/${n}`, `${n}`);
    return (await workspace.list("stream")).length;
  }, id);
  await home.close();
  expect(await write).toBe(50);
  await expect
    .poll(() => second.evaluate(async (given) => (await okcvm.open(given)).following, id))
    .toBe(false);

  model.script([{ text: "Still here." }]);
  await second.getByRole("textbox", { name: "Message" }).fill("And now?");
  await second.keyboard.press("Enter");
  await expect(second.getByText("Still here.")).toBeVisible();
});
