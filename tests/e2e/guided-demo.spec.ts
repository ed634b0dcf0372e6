import { expect, ready, test } from "../support/e2e/test.ts";

test("a stranger reaches the guided demo's site from the first page, and finds it all after a reload", async ({
  home,
}) => {
  await home.getByRole("button", { name: "Take the guided demo" }).click();
  await expect(home.getByText("Scripted demo").first()).toBeVisible();
  const site = home.frameLocator("iframe[title^='Preview of']");
  await expect(site.getByRole("heading", { level: 1 })).toContainText("A whole computer", {
    timeout: 45_000,
  });
  await expect(home.getByText("What was really done")).toBeVisible({ timeout: 30_000 });
  await expect(home.getByText("4 of 4 done")).toBeVisible();
  // What a reload finds of a reply still being written may be a quarter of a second old.
  await expect(home.getByRole("button", { name: "Stop the agent" })).toBeHidden();

  await home.reload();
  await ready(home);
  await expect(home.getByText("What was really done")).toBeVisible();
  await expect(home.getByText("4 of 4 done")).toBeVisible();
  await home.getByRole("button", { name: "Show in preview" }).first().click();
  await expect(site.getByRole("heading", { level: 1 })).toContainText("A whole computer");
  const files = await home.evaluate(async () => {
    const session = await okcvm.open();
    return (await session.workspace.list("site")).map((entry) => entry.path.split("/").at(-1));
  });
  expect(files).toEqual(["app.js", "index.html", "style.css"]);
});

test("the deployed site is a web server's worth of answers, and a later deploy changes nothing", async ({
  home,
  context,
}) => {
  const url = await home.evaluate(async () => {
    const session = await okcvm.open();
    const files: Record<string, string> = {
      "site/index.html": "<!doctype html><title>First</title><link rel=stylesheet href=css/a.css><p>one</p>",
      "site/css/a.css": "p { color: rgb(1, 2, 3) }",
      "site/sub/index.html": "<title>Sub</title>",
      "site/data.json": '{"a":1}',
      "site/odd name #1?.txt": "odd",
      "site/页面.html": "<title>CJK</title>",
    };
    for (const [path, text] of Object.entries(files)) await session.workspace.write(path, text);
    await session.workspace.write(
      "site/video.mp4",
      new Uint8Array(1000).map((_, index) => index % 256),
    );
    const result = await session.callTool("mshtools-deploy_website", {
      type: "static",
      local_dir: `${session.workspace.root}/site`,
    });
    if (!result.ok) throw new Error(result.output);
    await session.workspace.write("site/index.html", "<title>Second</title>");
    const again = await session.callTool("mshtools-deploy_website", {
      type: "static",
      local_dir: "/mnt/okcomputer/site/",
    });
    if (!again.ok) throw new Error(again.output);
    return (result.data as { url: string }).url;
  });
  const page = await context.newPage();
  const response = await page.goto(url);
  expect(response?.status()).toBe(200);
  await expect(page).toHaveTitle("First");
  expect(await page.locator("p").evaluate((element) => getComputedStyle(element).color)).toBe("rgb(1, 2, 3)");
  const answers = await page.evaluate(async () => {
    const ask = async (path: string, init?: RequestInit) => {
      const answer = await fetch(path, init);
      return {
        status: answer.status,
        type: answer.headers.get("content-type"),
        range: answer.headers.get("content-range"),
        bytes: (await answer.arrayBuffer()).byteLength,
        url: new URL(answer.url).pathname,
      };
    };
    return {
      css: await ask("/css/a.css"),
      json: await ask("data.json"),
      sub: await ask("/sub"),
      odd: await ask(`/${encodeURIComponent("odd name #1?.txt")}`),
      cjk: await ask("/页面.html"),
      missing: await ask("/nope.js"),
      part: await ask("/video.mp4", { headers: { range: "bytes=10-19" } }),
      tail: await ask("/video.mp4", { headers: { range: "bytes=-5" } }),
      beyond: await ask("/video.mp4", { headers: { range: "bytes=5000-" } }),
      head: await ask("/video.mp4", { method: "HEAD" }),
      post: await ask("/index.html", { method: "POST" }),
      isolated: crossOriginIsolated,
    };
  });
  expect(answers.css).toMatchObject({ status: 200, type: "text/css; charset=utf-8" });
  expect(answers.json).toMatchObject({ status: 200, type: "application/json; charset=utf-8", bytes: 7 });
  expect(answers.sub).toMatchObject({ status: 200, url: "/sub/" });
  expect(answers.odd).toMatchObject({ status: 200, bytes: 3 });
  expect(answers.cjk).toMatchObject({ status: 200 });
  expect(answers.missing).toMatchObject({ status: 404 });
  expect(answers.part).toMatchObject({ status: 206, bytes: 10, range: "bytes 10-19/1000" });
  expect(answers.tail).toMatchObject({ status: 206, bytes: 5, range: "bytes 995-999/1000" });
  expect(answers.beyond).toMatchObject({ status: 416, range: "bytes */1000" });
  expect(answers.head).toMatchObject({ status: 200, bytes: 0, type: "video/mp4" });
  expect(answers.post).toMatchObject({ status: 405 });
  expect(answers.isolated).toBe(true);
  const missing = await page.goto(`${url}missing-page`);
  expect(missing?.status()).toBe(404);
});

test("a deploy that cannot be is a clear error", async ({ home }) => {
  const results = await home.evaluate(async () => {
    const session = await okcvm.open();
    await session.workspace.write("nested/dist/index.html", "x");
    await session.workspace.write("file.txt", "x");
    await session.workspace.write("secret.txt", "secret");
    await session.workspace.write("linked/index.html", "x");
    await session.callTool("mshtools-shell", { command: "ln -s ../secret.txt linked/leak.txt; mkdir empty" });
    const deploy = async (local_dir: string, type = "static") =>
      session.callTool("mshtools-deploy_website", { type, local_dir });
    return {
      nested: await deploy("nested"),
      missing: await deploy("nowhere"),
      file: await deploy("file.txt"),
      empty: await deploy("empty"),
      link: await deploy("linked"),
      outside: await deploy("/etc"),
      trick: await deploy("nested/../../../etc"),
      type: await deploy("nested", "dynamic"),
    };
  });
  expect(results.nested).toMatchObject({ ok: false, error: { code: "not-found" } });
  expect(results.nested.output).toContain("nested/dist: deploy that folder");
  expect(results.missing.output).toContain("does not exist");
  expect(results.file.output).toContain("not a folder");
  expect(results.empty.output).toContain("no index.html");
  expect(results.link).toMatchObject({ ok: false, error: { code: "outside-workspace" } });
  expect(results.outside).toMatchObject({ ok: false, error: { code: "outside-workspace" } });
  expect(results.trick).toMatchObject({ ok: false, error: { code: "outside-workspace" } });
  expect(results.type).toMatchObject({ ok: false, error: { code: "bad-arguments" } });
});
