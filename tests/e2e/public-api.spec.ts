import type * as Library from "../../src/index.ts";
import { expect, ready, test } from "../support/e2e/test.ts";

test("the page's own object runs a shell command", async ({ home }) => {
  const result = await home.evaluate(async () => {
    await okcvm.ready;
    const session = await okcvm.open();
    return session.callTool("mshtools-shell", { command: "echo hello from OKCVM!" });
  });
  expect(result.ok).toBe(true);
  expect(result.output).toBe("hello from OKCVM!\n");
});

test("the library entry runs a shell command in a page of one's own", async ({ page, app }) => {
  const original = await page.request.get(`http://127.0.0.1:${app.port}/`);
  const headers = original.headers();
  delete headers["content-length"];
  delete headers["content-encoding"];
  await page.route("**/embedding-page", (route) =>
    route.fulfill({ status: 200, headers, body: "<!doctype html><title>Mine</title><body></body>" }),
  );
  await page.goto(`${app.url}/embedding-page`);
  const result = await page.evaluate(async () => {
    const entry = "/lib/okcvm.js";
    const { createOkcvm } = (await import(entry)) as typeof Library;
    const machine = await createOkcvm();
    const session = await machine.open();
    return session.callTool("mshtools-shell", { command: "echo hello from OKCVM!" });
  });
  expect(result).toMatchObject({ ok: true, output: "hello from OKCVM!\n" });
});

test("offers the built tools, and no other", async ({ home }) => {
  const [names, listed] = await home.evaluate(() => [okcvm.registry.names(), okcvm.registry.list()] as const);
  expect(names.toSorted()).toEqual([
    "mshtools-deploy_website",
    "mshtools-edit_file",
    "mshtools-ipython",
    "mshtools-read_file",
    "mshtools-shell",
    "mshtools-todo_read",
    "mshtools-todo_write",
    "mshtools-write_file",
  ]);
  expect(listed).toHaveLength(24);
  expect(listed.filter((tool) => tool.status === "coming")).toHaveLength(16);
});

test("files are there after a reload, and each conversation has its own", async ({ home }) => {
  const first = await home.evaluate(async () => {
    const session = await okcvm.open();
    await session.workspace.write("notes/one.txt", "kept");
    const other = await okcvm.open((await okcvm.conversations.create()).id);
    await other.workspace.write("two.txt", "other");
    return { id: session.id, otherRoot: other.workspace.root };
  });
  await home.reload();
  await ready(home);
  const after = await home.evaluate(async (id) => {
    const session = await okcvm.open(id);
    return {
      text: await session.workspace.readText("notes/one.txt"),
      top: (await session.workspace.list()).map((entry) => entry.path),
      root: session.workspace.root,
    };
  }, first.id);
  expect(after.text).toBe("kept");
  expect(after.top).toEqual([`${after.root}/notes`]);
  expect(after.root).not.toBe(first.otherRoot);
});

test("a command cannot outlive its timeout, and the next one finds all files", async ({ home }) => {
  const result = await home.evaluate(async () => {
    const session = await okcvm.open();
    await session.callTool("mshtools-shell", { command: "echo kept > before.txt" });
    const endless = await session.callTool("mshtools-shell", {
      command: "while :; do :; done",
      timeout: 500,
    });
    const regex = await session.callTool("mshtools-shell", {
      command:
        "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! | grep -E '^(a+)+$'; while true; do echo x >> f; done",
      timeout: 500,
    });
    const after = await session.callTool("mshtools-shell", { command: "cat before.txt" });
    return { endless, regex, after };
  });
  expect(result.endless).toMatchObject({ ok: false, error: { code: "timeout" } });
  expect(result.endless.output).toContain("timeout of 500 ms");
  expect(result.regex).toMatchObject({ ok: false, error: { code: "timeout" } });
  expect(result.after.output).toBe("kept\n");
});

test("a custom tool is offered from the next turn on", async ({ home, model }) => {
  model.script([{ calls: [{ name: "shout", arguments: { text: "hi" } }] }, { text: "done" }]);
  const result = await home.evaluate(async (baseUrl) => {
    await okcvm.settings.set({ endpoints: { chat: { baseUrl, model: "scripted" } } });
    okcvm.registry.register({
      name: "shout",
      spec: {
        name: "shout",
        description: "Says it loudly.",
        parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      },
      execute: async (args: unknown) => ({ ok: true, output: (args as { text: string }).text.toUpperCase() }),
    });
    const session = await okcvm.open();
    const ends = [];
    for await (const event of session.send("shout hi"))
      if (event.type === "tool-end") ends.push(event.result);
    return ends;
  }, model.url);
  expect(result).toEqual([{ ok: true, output: "HI" }]);
  expect(model.requests[0]?.body?.tools?.map((tool) => tool.function.name)).toContain("shout");
});

test("a key is never shown back", async ({ home, model }) => {
  const shown = await home.evaluate(async (baseUrl) => {
    await okcvm.settings.set({ endpoints: { chat: { baseUrl, model: "m", apiKey: "sk-canary-1234" } } });
    return JSON.stringify([
      await okcvm.settings.get(),
      okcvm.registry.list(),
      await okcvm.conversations.list(),
    ]);
  }, model.url);
  expect(shown).not.toContain("sk-canary");
  expect(shown).toContain('"hasKey":true');
});
