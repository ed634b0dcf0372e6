import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";

import type { ToolResult } from "../../src/domain/message.ts";
import { startAppServer } from "../support/e2e/app-server.ts";
import { expect, ready, test } from "../support/e2e/test.ts";
import { CELLS } from "../support/python/cells.ts";
import { startLocalIndex } from "../support/python/local-index.ts";
import { nativeWheel } from "../support/python/native-wheel.ts";
import { failureOf, outputsOf, seenCases } from "../support/python/run-cells.ts";
import { pureWheel } from "../support/python/wheels.ts";

test.setTimeout(300_000);

const LOCK = fileURLToPath(new URL("../../node_modules/pyodide/pyodide-lock.json", import.meta.url));

/** Runs a cell by the tool. */
function cell(page: Page, code: string, restart = false): Promise<ToolResult> {
  return page.evaluate(async (args) => (await okcvm.open()).callTool("mshtools-ipython", args), {
    code,
    restart,
  });
}

/** Stops a cell a while after it began; answers how long it then took to end. Milliseconds. */
function stopped(page: Page, code: string): Promise<{ result: ToolResult; took: number }> {
  return page.evaluate(async (text) => {
    const session = await okcvm.open();
    const stop = new AbortController();
    const running = session.callTool("mshtools-ipython", { code: text }, { signal: stop.signal });
    await new Promise((resolve) => setTimeout(resolve, 800));
    const started = performance.now();
    stop.abort();
    const result = await running;
    return { result, took: performance.now() - started };
  }, code);
}

test("a notebook's cells do what Jupyter's do", async ({ home }) => {
  const cases = seenCases(CELLS);
  expect(cases.length).toBeGreaterThanOrEqual(80);
  const failures: string[] = [];
  for (const one of cases) {
    const failure = await failureOf(one, async (code, restart) => outputsOf(await cell(home, code, restart)));
    if (failure !== "") failures.push(failure);
  }
  expect(failures).toEqual([]);
});

test("files are shared both ways and are durable when the cell has ended", async ({ home }) => {
  await home.evaluate(async () => {
    const { workspace } = await okcvm.open();
    await workspace.write("in/data.csv", "a,b\n1,2\n");
    await workspace.write("in/深/文件.txt", "中文");
  });
  const first = await cell(
    home,
    [
      "import csv, os, pathlib, shutil",
      "rows = list(csv.DictReader(open('in/data.csv')))",
      "print(rows, pathlib.Path('in/深/文件.txt').read_text(), os.getcwd())",
      "os.makedirs('out/deep/empty')",
      "open('out/bytes.bin', 'wb').write(bytes(range(256)) * 1000)",
      "with open('out/log.txt', 'a') as log:",
      "    for n in range(1000): log.write(f'{n}\\n')",
      "os.symlink('bytes.bin', 'out/link')",
      "open('out/run.sh', 'w').write('echo hi'); os.chmod('out/run.sh', 0o755)",
      "open('out/tmp', 'w').write('x'); os.rename('out/tmp', 'out/moved')",
      "open('out/gone', 'w').write('x'); os.remove('out/gone')",
      "shutil.copytree('in', 'copy')",
      "shutil.rmtree('in/深')",
    ].join("\n"),
  );
  expect(first.output).toContain("[{'a': '1', 'b': '2'}] 中文 /mnt/okcvm-");
  // The page is gone before anything could still be on its way.
  await home.reload();
  await ready(home);
  const found = await home.evaluate(async () => {
    const { workspace } = await okcvm.open();
    const entries = await workspace.list("", { recursive: true });
    const bytes = await workspace.readBytes("out/bytes.bin");
    return {
      entries: entries.map((one) => `${one.kind} ${one.path.slice(workspace.root.length + 1)}`),
      bytes: [bytes.length, bytes[255], bytes[256]],
      log: (await workspace.readText("out/log.txt")).split("\n").length,
      mode: (await workspace.stat("out/run.sh"))?.mode,
      copy: await workspace.readText("copy/深/文件.txt"),
    };
  });
  expect(found.entries.toSorted()).toEqual(
    [
      "directory copy",
      "directory copy/深",
      "directory in",
      "directory out",
      "directory out/deep",
      "directory out/deep/empty",
      "file copy/data.csv",
      "file copy/深/文件.txt",
      "file in/data.csv",
      "file out/bytes.bin",
      "file out/log.txt",
      "file out/moved",
      "file out/run.sh",
      "symlink out/link",
    ].toSorted(),
  );
  expect(found).toMatchObject({ bytes: [256_000, 255, 0], log: 1001, mode: 0o755, copy: "中文" });
  const seen = await home.evaluate(async () => {
    const session = await okcvm.open();
    const py = (code: string) => session.callTool("mshtools-ipython", { code });
    await py("kept = open('out/moved')");
    await session.callTool("mshtools-shell", {
      command: "echo shell > s.txt; rm out/log.txt; mv copy moved",
    });
    await session.workspace.write("in/data.csv", "new");
    return (
      await py(
        "import os\nopen('s.txt').read(), os.path.exists('out/log.txt'), sorted(os.listdir('moved')), open('in/data.csv').read()",
      )
    ).output;
  });
  expect(seen).toContain("('shell\\n', False, ['data.csv', '深'], 'new')");
});

test("stop ends loops, sleeps, awaits and shell commands, and the variables stay", async ({ home }) => {
  await cell(home, "x = 41");
  let longest = 0;
  for (const code of [
    "while True: pass",
    "while True: print('again')",
    "import time\ntime.sleep(60)",
    "import asyncio\nawait asyncio.sleep(60)",
    "!sleep 60",
    "import subprocess\nsubprocess.run('sleep 60', shell=True)",
    "import re\nre.match('(a*)*b', 'a' * 40)",
  ]) {
    const { result, took } = await stopped(home, code);
    longest = Math.max(longest, took);
    expect(result.error?.code, code).toBe("aborted");
    // Killed, it would have lost its variables.
    expect((await cell(home, "x + 1")).output, code).toMatch(/^Out\[\d+\]: 42\n$/);
  }
  console.log(`python: stopped after at most ${longest.toFixed(0)} ms`);
});

test("what cannot be interrupted is killed, a fatal error is survived, and both are said", async ({
  home,
}) => {
  await cell(home, "x = 1\nopen('kept.txt', 'w').write('kept')");
  const { result } = await stopped(home, "sum(range(10**12))");
  expect(result.error?.code).toBe("aborted");
  expect(result.output).toContain("could not be interrupted, so Python was started anew");
  expect((await cell(home, "open('kept.txt').read()")).output).toContain("'kept'");
  expect((await cell(home, "x")).error?.message).toContain("NameError");
  const dead = await cell(home, "import os\nopen('late.txt', 'w').write('late')\nos.abort()");
  expect(dead.error?.code).toBe("engine-failed");
  expect(dead.output).toContain("was started anew");
  const after = await cell(home, "open('late.txt').read()");
  expect(after.output).toContain("'late'");
  const restarted = await cell(home, "'x' in globals()", true);
  expect(restarted.output).toBe("Out[1]: False\n");
});

test("Python reaches nothing of the app", async ({ home, app }) => {
  await home.evaluate(() => localStorage.setItem("secret", "canary"));
  const attempts = [
    "js.indexedDB.databases()",
    "js.indexedDB.open('okcvm')",
    "js.caches.keys()",
    "js.localStorage.getItem('secret')",
    "js.document.cookie",
    "js.parent.okcvm",
    "js.navigator.storage.getDirectory()",
    "js.navigator.serviceWorker.getRegistrations()",
    `js.XMLHttpRequest.new().open('GET', '${app.url}/v1/info')`,
    `js.fetch('${app.url}/v1/info')`,
    "js.WebSocket.new('ws://127.0.0.1:9/').url and 1/0",
    `js.importScripts('${app.url}/sw.js')`,
    `__import__('urllib.request').request.urlopen('${app.url}/v1/info').read()`,
  ];
  for (const attempt of attempts) {
    const code = [
      "import js, inspect",
      "def settled(value):",
      "    return value",
      "try:",
      `    value = ${attempt}`,
      "    if inspect.isawaitable(value) or hasattr(value, 'then'): value = await value",
      "    if hasattr(value, 'onsuccess'):",
      "        import asyncio; await asyncio.sleep(0.5)",
      "        value = value.result",
      "    if hasattr(value, 'readyState'):",
      "        value.send(); value = value.responseText",
      "    print('got', value)",
      "except BaseException as error:",
      "    print('refused', type(error).__name__)",
    ].join("\n");
    expect((await cell(home, code)).output, attempt).toMatch(/^refused|^got None|^got undefined/);
  }
});

test("packages come from the app's own server: by import, by %pip, and again without it", async ({
  browser,
}) => {
  const index = await startLocalIndex();
  const native = await nativeWheel();
  index.build({ wheel: native, imports: ["tiny"] });
  index.build({
    wheel: pureWheel("matplotlib", "3.10.8", {
      code: "import os\nfolder = os.environ['OKCVM_FONTS_DIR']\nFONTS = sorted((name.split('-')[0], os.path.getsize(f'{folder}/{name}')) for name in os.listdir(folder))\n",
    }),
    imports: ["matplotlib"],
  });
  const helper = pureWheel("helper-lib", "2.0", { code: "VALUE = 'helped'\n" });
  index.publish("helper-lib", [helper]);
  index.publish("late-lib", [pureWheel("late-lib", "1.0", { code: "VALUE = 'from a file'\n" })]);
  index.publish("main-lib", [
    pureWheel("main-lib", "1.0", { code: "from helper_lib import VALUE\n", requires: ["helper-lib>=1"] }),
  ]);
  const app = await startAppServer({
    env: {
      OKCVM_PYODIDE_URL: `${index.url}/cdn/`,
      OKCVM_PYPI_URL: `${index.url}/simple/`,
      OKCVM_PRIVATE_HOSTS: "127.0.0.1",
    },
  });
  const context = await browser.newContext({ serviceWorkers: "block" });
  try {
    const page = await context.newPage();
    const strangers: string[] = [];
    page.on("request", (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== new URL(app.url).origin) strangers.push(request.url());
    });
    const shipped = JSON.parse(readFileSync(LOCK, "utf8")) as { packages: object };
    // The shipped lock with the test's own build in it.
    await context.route(/pyodide-lock-.*\.json/, async (route) => {
      await route.fulfill({
        json: { ...shipped, packages: { ...shipped.packages, ...index.lock().packages } },
      });
    });
    await page.goto(app.url);
    await ready(page);
    expect((await cell(page, "import tiny\ntiny.ANSWER")).output).toContain("4242");
    // No font of matplotlib's has Chinese, Japanese or Korean letters.
    expect((await cell(page, "import matplotlib\nmatplotlib.FONTS")).output).toContain(
      "[('NotoSansHans', 8364644), ('NotoSansKR', 4579008)]",
    );
    const installed = await cell(page, "%pip install main-lib\nimport main_lib\nmain_lib.VALUE");
    expect(installed.output).toContain("Successfully installed");
    expect(installed.output).toContain("'helped'");
    const listed = await cell(
      page,
      "%mkdir deep\n%cd deep\nopen('needs.txt', 'w').write('late-lib\\n')\n%pip install -U -r needs.txt\n%cd ..\nimport late_lib\nlate_lib.VALUE",
    );
    expect(listed.output).toContain("Successfully installed late-lib-1.0");
    expect(listed.output).toContain("'from a file'");
    const missing = await cell(page, "%pip install no-such-package-at-all\nprint('goes on')");
    expect(missing.output).toContain("no-such-package-at-all");
    expect(missing.output).toContain("goes on");
    // Imported by a file of the workspace, after a restart.
    await page.evaluate(async () =>
      (await okcvm.open()).workspace.write("mine.py", "import tiny\nanswer = tiny.ANSWER + 1\n"),
    );
    expect((await cell(page, "import mine\nmine.answer", true)).output).toContain("4243");
    expect(strangers.filter((url) => !url.includes(".okcvm.localhost"))).toEqual([]);
  } finally {
    await context.close();
    await app.stop();
    await index.stop();
  }
});

test("Python starts without the server after one visit", async ({ home, app }) => {
  // The large files come after the rest.
  await expect
    .poll(
      () =>
        home.evaluate(async () => {
          const cache = await caches.open("okcvm-large");
          return (await cache.keys()).length;
        }),
      { timeout: 60_000 },
    )
    .toBeGreaterThanOrEqual(4);
  await app.stop();
  await home.reload();
  await ready(home);
  expect((await cell(home, "sum(range(10))")).output).toBe("Out[1]: 45\n");
});
