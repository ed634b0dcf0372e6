import { connect, expect, ready, test } from "../support/e2e/test.ts";
import type { Scripted } from "../support/model-server/reply.ts";
import type { ChatRequestBody } from "../support/model-server/model-server.ts";

const TODO = (status: string) => ({
  name: "mshtools-todo_write",
  arguments: { todos: [{ id: "1", content: "Make the page", status, priority: "high" }] },
});

/** A model that plans, writes, checks, publishes and hands over; `pause` is how long its text takes. */
function siteScript(pause = 0): (body: ChatRequestBody, n: number) => Scripted {
  return (body, n) => {
    const root = /\/mnt\/okcvm-[0-9a-f]{8}/.exec(JSON.stringify(body.messages[0]))?.[0] ?? "";
    const steps: Scripted[] = [
      { text: "A plan first.", calls: [TODO("in_progress")], usage: { input: 1200, output: 40 } },
      {
        calls: [
          {
            name: "mshtools-write_file",
            arguments: {
              file_path: `${root}/site/index.html`,
              content: "<title>Tides</title><h1>Tides</h1>",
            },
          },
          {
            name: "mshtools-write_file",
            arguments: { file_path: "site/style.css", content: "h1 { color: teal }" },
          },
        ],
      },
      {
        text: "A check.",
        calls: [
          { name: "mshtools-shell", arguments: { command: "ls site && grep -c Tides site/index.html" } },
        ],
      },
      {
        calls: [
          { name: "mshtools-deploy_website", arguments: { type: "static", local_dir: `${root}/site` } },
        ],
      },
      {
        text: `Here is your site: ${/http:\/\/[0-9a-f]+\.okcvm\.localhost:\d+\//.exec(JSON.stringify(body.messages.at(-1)))?.[0] ?? "no link"}. ${"It has one page. ".repeat(20)}`,
        chunkDelayMs: pause,
        usage: { input: 2400, output: 90 },
      },
    ];
    return steps[n] ?? { text: "Nothing more." };
  };
}

test("a scripted model makes a site: plan, files, shell, deploy, link; all there after reloads", async ({
  home,
  model,
}) => {
  model.script(siteScript(100));
  await connect(home, model);
  const composer = home.getByRole("textbox", { name: "Message" });
  await composer.fill("Make me a site about tides");
  await composer.press("Enter");
  await expect(home.getByText("Here is your site")).toBeVisible({ timeout: 30_000 });

  // In the middle: the reply is still being written. What was shown a moment ago is kept.
  await expect(home.getByText(/Here is your site: http\S+ (It has one page\. ){2}/)).toBeVisible();
  await home.reload();
  await ready(home);
  await expect(home.getByText("Here is your site")).toBeVisible();
  await expect(home.getByText("Stopped when the tab closed. What it had is kept.")).toBeVisible();
  await expect(home.getByText("Make the page")).toBeVisible();
  const kept = await home.evaluate(async () => {
    const session = await okcvm.open();
    const messages = await session.messages();
    const calls = messages.flatMap((message) => message.parts).filter((part) => part.type === "tool-call");
    return {
      roles: messages.map((message) => message.role),
      calls: calls.map((call) => [call.name, call.state.status === "done" && call.state.result.ok]),
      html: await session.workspace.readText("site/index.html"),
      todos: (await session.callTool("mshtools-todo_read", {})).data,
      running: session.running,
    };
  });
  expect(kept.roles).toEqual(["user", "assistant"]);
  expect(kept.calls).toEqual([
    ["mshtools-todo_write", true],
    ["mshtools-write_file", true],
    ["mshtools-write_file", true],
    ["mshtools-shell", true],
    ["mshtools-deploy_website", true],
  ]);
  expect(kept.html).toContain("Tides");
  expect(kept.todos).toEqual([
    { id: "1", content: "Make the page", status: "in_progress", priority: "high" },
  ]);
  expect(kept.running).toBe(false);

  // After: the conversation goes on, with the whole history.
  model.script([{ text: "All is well." }]);
  await composer.fill("Is it done?");
  await composer.press("Enter");
  await expect(home.getByText("All is well.")).toBeVisible();
  const request = model.requests.at(-1)?.body;
  expect(request?.messages.filter((message) => message.role === "tool")).toHaveLength(5);
  // What is on the screen is kept when the reply has ended; in the middle of one up to a quarter second may be lost.
  await expect.poll(() => home.evaluate(async () => (await okcvm.open()).running)).toBe(false);
  await home.reload();
  await ready(home);
  await expect(home.getByText("All is well.")).toBeVisible();
  await expect(home.getByText("Make me a site about tides").last()).toBeVisible();
});

test("stop ends a hanging reply at once and leaves a history a model can read", async ({ home, model }) => {
  model.script([{ text: "Let me think about this for a while", hangAfter: 3 }]);
  await connect(home, model);
  const composer = home.getByRole("textbox", { name: "Message" });
  await composer.fill("Hello");
  await composer.press("Enter");
  await expect(home.getByText("Let me")).toBeVisible();
  await home.getByRole("button", { name: "Stop the agent" }).click();
  await expect(home.getByText("Stopped by you. What it had is kept.")).toBeVisible({ timeout: 2_000 });
  await expect.poll(() => model.aborted).toBe(1);
  model.script([{ text: "Second answer." }]);
  await composer.fill("Go on");
  await composer.press("Enter");
  await expect(home.getByText("Second answer.")).toBeVisible();
  expect(model.requests.at(-1)?.body?.messages.map((message) => message.role)).toEqual([
    "system",
    "user",
    "assistant",
    "user",
  ]);
});

test("stop ends a running shell command, and its call has a result", async ({ home, model }) => {
  model.script([
    { calls: [{ name: "mshtools-shell", arguments: { command: "echo begun > f; sleep 60" } }] },
    { text: "never" },
  ]);
  await connect(home, model);
  const outcome = await home.evaluate(async () => {
    const session = await okcvm.open();
    const seen: string[] = [];
    let stoppedAt = 0;
    const begun = new Promise<void>((resolve) => {
      session.workspace.subscribe(() => resolve());
    });
    void begun.then(() => setTimeout(() => ((stoppedAt = performance.now()), session.stop()), 500));
    for await (const event of session.send("go")) seen.push(event.type);
    const ms = performance.now() - stoppedAt;
    const [, reply] = await session.messages();
    const call = reply?.parts.find((part) => part.type === "tool-call");
    return { ms, status: reply?.status, call, file: await session.workspace.readText("f") };
  });
  expect(outcome.status).toBe("stopped");
  // The command itself would have slept for a minute.
  expect(outcome.ms).toBeLessThan(30_000);
  expect(outcome.call).toMatchObject({
    state: { status: "done", result: { ok: false, error: { code: "aborted" } } },
  });
  expect(outcome.file).toBe("begun\n");
});

test("faults of the endpoint: waits as asked, tries again, and says what it cannot mend", async ({
  home,
  model,
}) => {
  await connect(home, model);
  const send = () =>
    home.evaluate(async () => {
      const session = await okcvm.open();
      const events = [];
      for await (const event of session.send("hi")) events.push(event);
      return {
        retries: events.filter((event) => event.type === "retry").map((event) => event.reason.code),
        end: events.at(-1),
        text: (await session.messages())
          .at(-1)
          ?.parts.filter((part) => part.type === "text")
          .map((part) => part.text)
          .join(""),
      };
    });
  model.script([
    { status: 429, headers: { "retry-after-ms": "300" }, body: { error: { message: "slow down" } } },
    { text: "after waiting" },
  ]);
  expect(await send()).toMatchObject({
    retries: ["rate-limited"],
    end: { type: "run-end", status: "done" },
    text: "after waiting",
  });
  model.script([{ text: "half of an answer", cutAfter: 3 }, { text: "whole answer" }]);
  expect(await send()).toMatchObject({
    retries: ["bad-reply"],
    end: { status: "done" },
    text: "whole answer",
  });
  model.script([{ status: 401, body: { error: { message: "bad key" } } }]);
  expect(await send()).toMatchObject({
    retries: [],
    end: { status: "error", error: { code: "unauthorized" } },
  });
  model.script([
    { calls: [{ name: "mshtools-shell", arguments: '{"command": "echo hi' }] },
    { text: "I see." },
  ]);
  const broken = await send();
  expect(broken).toMatchObject({ end: { status: "done" }, text: "I see." });
  const told = JSON.stringify(model.requests.at(-1)?.body?.messages.at(-1));
  expect(told).toContain("not valid JSON");
  model.script([{ calls: [{ name: "mshtools_shel", arguments: {} }] }, { text: "Right." }]);
  await send();
  expect(JSON.stringify(model.requests.at(-1)?.body?.messages.at(-1))).toContain("mshtools-shell");
});

test("a page without a model says so in words, and an endpoint that is not there too", async ({ home }) => {
  const result = await home.evaluate(async () => {
    const session = await okcvm.open();
    const noModel = await (async () => {
      try {
        for await (const event of session.send("hi")) void event;
        return "sent";
      } catch (error) {
        return (error as { code: string }).code;
      }
    })();
    await okcvm.settings.set({ endpoints: { chat: { baseUrl: "http://127.0.0.1:9/v1", model: "m" } } });
    return { noModel, test: await okcvm.settings.test("chat"), messages: (await session.messages()).length };
  });
  expect(result.noModel).toBe("no-model");
  expect(result.messages).toBe(0);
  expect(result.test.ok).toBe(false);
  expect(result.test.message).toContain("127.0.0.1:9");
});
