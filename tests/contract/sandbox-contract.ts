import { OkcvmError } from "../../src/domain/errors.ts";
import { describe, expect, test, vi } from "vitest";

import type { Sandbox } from "../../src/ports/sandbox.ts";
import type { Workspace } from "../../src/ports/workspace.ts";

export interface SandboxCase {
  sandbox: Sandbox;
  /** What the sandbox is a replica of. */
  workspace: Workspace;
}

/** What every Sandbox has to do. `make` answers one on an empty workspace. `canKill`: commands that never look up can be ended too. */
export function sandboxContract(
  name: string,
  make: () => Promise<SandboxCase>,
  options: { canKill: boolean } = { canKill: true },
): void {
  describe(`${name} keeps the Sandbox contract:`, () => {
    const run = (sandbox: Sandbox, command: string, timeoutMs = 10_000) =>
      sandbox.shell({ command, timeoutMs });

    test("a command's output, errors and exit code are told apart", async () => {
      const { sandbox } = await make();
      expect(await run(sandbox, "echo out; echo err >&2; exit 3")).toEqual({
        stdout: "out\n",
        stderr: "err\n",
        exitCode: 3,
        ended: "exit",
      });
      expect((await run(sandbox, "if then")).exitCode).toBe(2);
      expect((await run(sandbox, "no-such-command")).exitCode).toBe(127);
      await sandbox.close();
    });

    test("it starts in the mount, in a fresh shell each time, and files last", async () => {
      const { sandbox, workspace } = await make();
      expect((await run(sandbox, "pwd; x=1; cd /; echo kept > $OLDPWD/f")).stdout).toBe(
        `${workspace.root}\n`,
      );
      expect((await run(sandbox, "pwd; echo ${x:-unset}; cat f")).stdout).toBe(
        `${workspace.root}\nunset\nkept\n`,
      );
      await sandbox.close();
    });

    test("cwd and env are heeded", async () => {
      const { sandbox, workspace } = await make();
      await workspace.mkdir("d");
      const result = await sandbox.shell({
        command: "pwd; echo $A",
        cwd: `${workspace.root}/d`,
        env: { A: "b c" },
        timeoutMs: 10_000,
      });
      expect(result.stdout).toBe(`${workspace.root}/d\nb c\n`);
      await sandbox.close();
    });

    test("every change is in the workspace when the call resolves, and the workspace's changes are in the next command", async () => {
      const { sandbox, workspace } = await make();
      await run(sandbox, "mkdir d; echo 1 > d/f; ln -s d/f l; chmod 755 d/f; false");
      expect(await workspace.readText("l")).toBe("1\n");
      expect((await workspace.stat("d/f"))?.mode).toBe(0o755);
      await workspace.write("d/f", "2\n");
      await workspace.rename("d", "e");
      expect((await run(sandbox, "cat e/f; ls")).stdout).toBe("2\ne\nl\n");
      await sandbox.close();
    });

    test("output told on the way is the output of the result", async () => {
      const { sandbox } = await make();
      const told = { stdout: "", stderr: "" };
      const result = await sandbox.shell({
        command: "for i in 1 2 3; do echo $i; echo e$i >&2; done",
        timeoutMs: 10_000,
        onOutput: (chunk, stream) => {
          told[stream] += chunk;
        },
      });
      expect(told).toEqual({ stdout: result.stdout, stderr: result.stderr });
      await sandbox.close();
    });

    test("commands asked for at once run one after another", async () => {
      const { sandbox } = await make();
      const results = await Promise.all([
        run(sandbox, "echo a > f; sleep 0.05; cat f"),
        run(sandbox, "echo b > f; cat f"),
      ]);
      expect(results.map((result) => result.stdout)).toEqual(["a\n", "b\n"]);
      await sandbox.close();
    });

    test("an abort before the start runs nothing", async () => {
      const { sandbox, workspace } = await make();
      const controller = new AbortController();
      controller.abort();
      const result = await sandbox.shell({
        command: "touch f",
        timeoutMs: 10_000,
        signal: controller.signal,
      });
      expect(result).toMatchObject({ exitCode: 130, ended: "aborted" });
      expect(await workspace.stat("f")).toBeNull();
      await sandbox.close();
    });

    test.runIf(options.canKill)(
      "a timeout ends a command that never looks up, keeps its files, and the next one runs",
      async () => {
        const { sandbox, workspace } = await make();
        const result = await run(sandbox, "echo kept > f; sleep 0.2; while :; do :; done", 600);
        expect(result).toMatchObject({ exitCode: 124, ended: "timeout" });
        expect(await workspace.readText("f")).toBe("kept\n");
        expect((await run(sandbox, "cat f")).stdout).toBe("kept\n");
        await sandbox.close();
      },
    );

    test.runIf(options.canKill)(
      "what a statement that ended has done and printed outlives a kill in the next one",
      async () => {
        const { sandbox, workspace } = await make();
        const controller = new AbortController();
        const running = sandbox.shell({
          command: "echo printed; echo a > f1; echo b > f2; while :; do :; done",
          timeoutMs: 60_000,
          signal: controller.signal,
          onOutput: () => setTimeout(() => controller.abort(), 500),
        });
        expect(await running).toMatchObject({ ended: "aborted", stdout: "printed\n" });
        expect(await workspace.readText("f1")).toBe("a\n");
        expect(await workspace.readText("f2")).toBe("b\n");
        await sandbox.close();
      },
    );

    test("when a change cannot be kept, no later one of the command is", async () => {
      const { sandbox, workspace } = await make();
      await workspace.write("big", "x".repeat(1_000));
      const apply = workspace.apply.bind(workspace);
      workspace.apply = async (journal) => {
        const copies = journal.changes.some((change) => change.kind === "write" && change.path === "copy");
        if (copies) throw new OkcvmError("storage-full", "Full.");
        return apply(journal);
      };
      await expect(run(sandbox, "cp big copy\nsleep 0.2\nrm big")).rejects.toMatchObject({
        code: "storage-full",
      });
      expect(await workspace.readText("big")).toHaveLength(1_000);
      workspace.apply = apply;
      expect((await run(sandbox, "ls")).stdout).toBe("big\n");
      await sandbox.close();
    });

    test.runIf(options.canKill)(
      "an abort ends a command under way, keeps its files, and the next one runs",
      async () => {
        const { sandbox, workspace } = await make();
        const controller = new AbortController();
        const running = sandbox.shell({
          command: "echo kept > f; sleep 30",
          timeoutMs: 60_000,
          signal: controller.signal,
        });
        await vi.waitFor(async () => expect(await workspace.readText("f")).toBe("kept\n"), {
          timeout: 10_000,
          interval: 5,
        });
        controller.abort();
        expect(await running).toMatchObject({ exitCode: 130, ended: "aborted" });
        expect((await run(sandbox, "cat f")).stdout).toBe("kept\n");
        await sandbox.close();
      },
    );

    test("its state is told as it changes", async () => {
      const { sandbox } = await make();
      const states: string[] = [];
      const stop = sandbox.subscribe((state) => states.push(state));
      await run(sandbox, "true");
      expect(states).toContain("running");
      expect(sandbox.state).toBe("ready");
      stop();
      const count = states.length;
      await sandbox.close();
      expect(sandbox.state).toBe("absent");
      expect(states).toHaveLength(count);
    });
  });
}
