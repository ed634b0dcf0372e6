import "fake-indexeddb/auto";

import { afterEach, describe, expect, test, vi } from "vitest";

import type { Workspace } from "../../../../src/ports/workspace.ts";
import { startBench } from "./bench.ts";

const bench = startBench();
const HASTE = { bootMs: 1_500, pulseMs: 200, lostMs: 1_000, killMs: 2_000 };

afterEach(() => {
  Object.assign(bench.double.faults, {
    lost: false,
    cutCharacters: false,
    blind: false,
    holdSpawn: null,
    unreachable: false,
    silent: false,
  });
});

const slow = { timeout: 15_000, interval: 20 };

async function holds(workspace: Workspace, path: string, text: string): Promise<void> {
  await vi.waitFor(async () => expect(await workspace.readText(path)).toBe(text), slow);
}

describe("a fault of WebContainer ends in a clear error and intact files:", () => {
  test("a host that cannot be reached, and can be later", async () => {
    await bench.freshPage();
    const { sandbox, workspace } = await bench.open({ limits: HASTE });
    await workspace.write("f", "kept");
    bench.double.faults.unreachable = true;
    await expect(sandbox.shell({ command: "cat f", timeoutMs: 5_000 })).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("did not answer within 2 s"),
    });
    expect(sandbox.state).toBe("failed");
    bench.double.faults.unreachable = false;
    await sandbox.retry();
    await sandbox.answered();
    expect((await sandbox.shell({ command: "cat f", timeoutMs: 5_000 })).stdout).toBe("kept");
    await sandbox.close();
  });

  test("a boot that is never answered, and one later that is", async () => {
    await bench.freshPage();
    const { sandbox, workspace } = await bench.open({ limits: HASTE });
    await workspace.write("f", "kept");
    bench.double.faults.silent = true;
    await expect(sandbox.shell({ command: "cat f", timeoutMs: 5_000 })).rejects.toMatchObject({
      code: "unreachable",
    });
    bench.double.faults.silent = false;
    await sandbox.retry();
    await sandbox.answered();
    expect((await sandbox.shell({ command: "cat f", timeoutMs: 5_000 })).stdout).toBe("kept");
    await sandbox.close();
  });

  test("a host lost in the middle of a command; the next command starts it anew", async () => {
    await bench.freshPage();
    const { sandbox, workspace } = await bench.open({ limits: { ...HASTE, bootMs: 15_000 } });
    const running = sandbox.shell({ command: "echo kept > f; sleep 60", timeoutMs: 60_000 });
    running.catch(() => {});
    await holds(workspace, "f", "kept\n");
    bench.double.faults.lost = true;
    bench.double.machines.at(-1)?.killAll();
    await expect(running).rejects.toMatchObject({
      code: "engine-failed",
      message: expect.stringContaining("no longer answers"),
    });
    expect(await workspace.readText("f")).toBe("kept\n");
    bench.double.faults.lost = false;
    expect((await sandbox.shell({ command: "cat f", timeoutMs: 5_000 })).stdout).toBe("kept\n");
    await sandbox.close();
  });

  test("half a character at a chunk's end, in a command and on a terminal", async () => {
    const { sandbox } = await bench.open();
    bench.double.faults.cutCharacters = true;
    const text = "é 世界 😀";
    const told: string[] = [];
    const result = await sandbox.shell({
      command: `echo '${text}'; sleep 0.1; printf '\\xe4\\xb8'; sleep 0.1; printf '\\x96\\n'`,
      timeoutMs: 5_000,
      onOutput: (chunk) => told.push(chunk),
    });
    expect(result.stdout).toBe(`${text}\n世\n`);
    expect(told.join("")).toBe(result.stdout);
    const terminal = await sandbox.spawn("jsh", ["-c", `echo '${text}'`]);
    expect(await terminal.exit).toBe(0);
    expect(terminal.printed).toBe(`${text}\r\n`);
    await sandbox.close();
  });

  test("file events that are missed: while it runs, and at its end", async () => {
    const { sandbox, workspace } = await bench.open({ limits: { pulseMs: 300 } });
    bench.double.faults.blind = true;
    const running = sandbox.shell({
      command: "echo one > f; mkdir -p a/b; sleep 3; echo two > a/b/g; echo three > f",
      timeoutMs: 20_000,
    });
    await holds(workspace, "f", "one\n");
    await running;
    expect(await workspace.readText("f")).toBe("three\n");
    expect(await workspace.readText("a/b/g")).toBe("two\n");
    await sandbox.close();
  });

  test("a teardown while a program is being started", async () => {
    await bench.freshPage();
    const { sandbox, workspace } = await bench.open({ limits: HASTE });
    await sandbox.shell({ command: "echo kept > f", timeoutMs: 5_000 });
    let release = (): void => {};
    bench.double.faults.holdSpawn = new Promise((resolve) => {
      release = resolve;
    });
    const running = sandbox.shell({ command: "rm f", timeoutMs: 5_000 });
    running.catch(() => {});
    await vi.waitFor(() => expect(sandbox.state).toBe("running"), slow);
    await sandbox.close();
    release();
    await expect(running).rejects.toMatchObject({ code: "engine-failed" });
    expect(sandbox.state).toBe("absent");
    expect(await workspace.readText("f")).toBe("kept\n");
  });
});
