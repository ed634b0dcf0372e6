import "fake-indexeddb/auto";

import { beforeAll, describe, expect, test, vi } from "vitest";

import { EmbeddedSandbox } from "../../../../src/sandbox/embedded/embedded-sandbox.ts";
import { buildKernel, openNodeHost } from "../node-host.ts";
import { startBench } from "./bench.ts";

const bench = startBench();
const slow = { timeout: 15_000, interval: 20 };
let kernel = "";

beforeAll(async () => {
  kernel = await buildKernel();
}, 60_000);

describe("paths are changed at the engine's wall:", () => {
  test("in a command, its env, its folder and its output, under both names of the mount", async () => {
    const { sandbox, workspace } = await bench.open();
    const { root } = workspace;
    await workspace.write("d/f", "text\n");
    await workspace.symlink(`${root}/d/f`, "link");
    const result = await sandbox.shell({
      command: `cat ${root}/d/f "/mnt/okcomputer/d/f" $F link; pwd; ls ${root}/none; ln -s ${root}/d made; echo ${root}x`,
      cwd: "/mnt/okcomputer",
      env: { F: `${root}/d/f` },
      timeoutMs: 10_000,
    });
    expect(result.stdout).toBe(`${"text\n".repeat(4)}${root}\n${root}x\n`);
    expect(result.stderr).toContain(`${root}/none`);
    expect((await workspace.stat("made"))?.target).toBe(`${root}/d`);
    await sandbox.close();
  });
});

describe("files:", () => {
  test("any bytes, empty folders, modes and large files go both ways", async () => {
    const { sandbox, workspace } = await bench.open();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const large = new Uint8Array(700_000).fill(200);
    await workspace.write("bytes", bytes);
    await workspace.write("large", large);
    await workspace.write("__proto__", "odd");
    await workspace.mkdir("empty/inner");
    await workspace.write("run.sh", "#!/bin/bash\necho ran\n");
    const made =
      "cp bytes copy; cp large large2; mkdir new; chmod 755 run.sh; ls -A empty/inner; cat __proto__; ./run.sh";
    const result = await sandbox.shell({ command: made, timeoutMs: 10_000 });
    expect(result).toMatchObject({ stdout: "oddran\n", stderr: "" });
    expect(await workspace.readBytes("copy")).toEqual(bytes);
    expect(Buffer.compare(await workspace.readBytes("large2"), large)).toBe(0);
    expect((await workspace.stat("new"))?.kind).toBe("directory");
    expect((await workspace.stat("run.sh"))?.mode).toBe(0o755);
    await sandbox.close();
  });

  test("packages and Git's own folder stay in the engine, built files do not", async () => {
    const { sandbox, workspace } = await bench.open();
    await workspace.write(".gitignore", "dist\n");
    const command = "mkdir -p node_modules/p .git dist; echo 1 | tee node_modules/p/i .git/c dist/o";
    await sandbox.shell({ command, timeoutMs: 10_000 });
    expect(
      (await workspace.list("", { recursive: true })).map(({ path }) => path.slice(workspace.root.length)),
    ).toEqual(["/dist", "/dist/o", "/.gitignore"]);
    expect((await sandbox.shell({ command: "cat node_modules/p/i", timeoutMs: 10_000 })).stdout).toBe("1\n");
    await sandbox.close();
  });

  test("a change of the workspace reaches a command that runs", async () => {
    const { sandbox, workspace } = await bench.open();
    const running = sandbox.shell({
      command: "echo up > up; while ! [ -f go ]; do sleep 0.05; done; cat go; ls moved",
      timeoutMs: 20_000,
    });
    await vi.waitFor(async () => expect(await workspace.stat("up")).not.toBeNull(), slow);
    await workspace.write("d/x", "1");
    await workspace.rename("d", "moved");
    await workspace.write("go", "went\n");
    expect((await running).stdout).toBe("went\nx\n");
    expect(await workspace.stat("d")).toBeNull();
    await sandbox.close();
  });

  test("the same size in the same moment is still a change", async () => {
    const { sandbox, workspace } = await bench.open();
    await sandbox.shell({ command: "echo a > f; touch -d '2020-01-01' f", timeoutMs: 10_000 });
    await sandbox.shell({ command: "echo b > f; touch -d '2020-01-01' f", timeoutMs: 10_000 });
    expect(await workspace.readText("f")).toBe("b\n");
    await sandbox.close();
  });

  test("two conversations share the engine, each with its own files", async () => {
    const one = await bench.open();
    const two = await bench.open();
    await Promise.all([
      one.sandbox.shell({ command: "echo 1 > f", timeoutMs: 10_000 }),
      two.sandbox.shell({ command: "echo 2 > f", timeoutMs: 10_000 }),
    ]);
    expect(await one.workspace.readText("f")).toBe("1\n");
    await one.sandbox.close();
    expect((await two.sandbox.shell({ command: "cat f; ls", timeoutMs: 10_000 })).stdout).toBe("2\nf\n");
    await two.sandbox.close();
  });
});

describe("what goes on after a command:", () => {
  test("a server stays up, is told of, and writes; closing ends it", async () => {
    const { sandbox, workspace } = await bench.open();
    await workspace.write(
      "server.js",
      `const fs = require("node:fs");
       require("node:http").createServer((q, r) => { fs.writeFileSync("hit", "1"); console.log("hit"); r.end("served"); }).listen(0, "127.0.0.1");`,
    );
    const result = await sandbox.shell({ command: "node server.js & sleep 1; echo on", timeoutMs: 20_000 });
    expect(result).toMatchObject({ stdout: "on\n", exitCode: 0 });
    await vi.waitFor(() => expect(sandbox.servers).toHaveLength(1), slow);
    const [server] = sandbox.servers;
    if (!server) throw new Error("No server.");
    expect(await (await fetch(server.url)).text()).toBe("served");
    await vi.waitFor(async () => expect(await workspace.readText("hit")).toBe("1"), slow);
    bench.double.machines.at(-1)?.emit("preview-message", {
      type: "PREVIEW_UNCAUGHT_EXCEPTION",
      message: "boom",
      port: server.port,
      pathname: "/x",
      search: "",
      hash: "",
      previewId: "p",
      stack: "",
    });
    await vi.waitFor(
      () => expect(sandbox.servers).toEqual([{ ...server, pageErrors: [{ path: "/x", message: "boom" }] }]),
      slow,
    );
    await sandbox.close();
    expect(sandbox.servers).toEqual([]);
    await vi.waitFor(async () => expect((await fetch(server.url)).status).toBe(502), slow);
  });

  test("a terminal reads what is typed, is resized, keeps its files and is killed", async () => {
    const { sandbox, workspace } = await bench.open();
    const terminal = await sandbox.spawn("jsh", [], {
      cwd: workspace.root,
      env: { WHERE: workspace.root },
      size: { cols: 80, rows: 24 },
    });
    await terminal.write("echo typed > f; echo $WHERE; pwd; echo cols $COLUMNS\n");
    await vi.waitFor(() => {
      expect(terminal.printed).toContain(`${workspace.root}\r\n${workspace.root}\r\ncols 80\r\n`);
    }, slow);
    await terminal.resize({ cols: 100, rows: 30 });
    await vi.waitFor(async () => expect(await workspace.readText("f")).toBe("typed\n"), slow);
    expect([...(bench.double.machines.at(-1)?.resized.values() ?? [])]).toContainEqual({
      cols: 100,
      rows: 30,
    });
    await terminal.write("exit 7\n");
    expect(await terminal.exit).toBe(7);
    const other = await sandbox.spawn("jsh", ["-c", "sleep 60"]);
    await other.kill();
    expect(await other.exit).toBe(137);
    await sandbox.close();
  });
});

describe("what its shell lacks runs in the other engine, whole and on the same files:", () => {
  test("missing commands and syntax go there with a note; Node stays, with a hint", async () => {
    bench.double.faults.plainShell = true;
    await bench.freshPage();
    const fallback = { current: null as EmbeddedSandbox | null };
    const { sandbox, workspace } = await bench.open({
      fallback: {
        name: "Embedded shell",
        state: "ready",
        servers: [],
        warm: () => {},
        subscribe: () => () => {},
        close: async () => fallback.current?.close(),
        shell: async (request) => {
          fallback.current ??= new EmbeddedSandbox({
            workspace,
            loadKernel: async () => kernel,
            openHost: openNodeHost,
          });
          return fallback.current.shell(request);
        },
      },
    });
    const run = (command: string) => sandbox.shell({ command, timeoutMs: 20_000 });
    expect(await run("echo 1 2 > f && cat f")).toMatchObject({ stdout: "1 2\n", stderr: "" });
    expect(await run("awk '{print $2}' f > g; cat g")).toMatchObject({
      stdout: "2\n",
      stderr: "okcvm: ran in the Embedded shell: WebContainer's shell has no awk.\n",
    });
    const loop = await run("for i in a b; do echo $i >> g; done");
    expect(loop.stderr).toContain("no loops, conditions and substitutions");
    expect((await run("cat g")).stdout).toBe("2\na\nb\n");
    const mixed = await run("node -p 1+1 && grep a g");
    expect(mixed).toMatchObject({ stdout: "2\n", exitCode: 127 });
    expect(mixed.stderr).toContain("has no grep. Run that part as a command of its own");
    expect((await run("no-such-command")).exitCode).toBe(127);
    // Believed to be there, and not: it never began, so it may run elsewhere.
    expect(await run("jq length f")).toMatchObject({ exitCode: 0, stdout: "1\n2\n" });
    await sandbox.close();
    await fallback.current?.close();
    bench.double.faults.plainShell = false;
  });
});
