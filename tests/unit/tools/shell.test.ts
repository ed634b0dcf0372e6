import { beforeEach, describe, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import { cutText } from "../../../src/tools/cut-text.ts";
import { exited } from "../../support/ports/fake-sandbox.ts";
import { seeded } from "../../support/ports/seeded.ts";
import { ToolBench } from "../../support/ports/tool-context.ts";

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
});
const shell = (args: object) => bench.run("shell", args);

describe("a command", () => {
  test("goes to the sandbox as written, with 60,000 ms by default", async () => {
    await shell({ command: 'echo "$HOME" | cat\n' });
    await shell({ command: "x", timeout: 5 });
    await shell({ command: "x", timeout: "1500" });
    expect(bench.sandbox.requests.map((request) => [request.command, request.timeoutMs])).toEqual([
      ['echo "$HOME" | cat\n', 60_000],
      ["x", 5],
      ["x", 1_500],
    ]);
  });

  test("that is well gives its output", async () => {
    bench.sandbox.run = () => exited("hello from OKCVM!\n");
    const result = await shell({ command: "echo" });
    expect(result).toEqual({
      ok: true,
      output: "hello from OKCVM!\n",
      data: { exitCode: 0, stdout: "hello from OKCVM!\n", stderr: "" },
    });
  });

  test("that prints nothing says so", async () => {
    expect(await shell({ command: "true" })).toMatchObject({
      ok: true,
      output: expect.stringMatching(/nothing.*0/),
    });
  });

  test("gives both streams, told apart, and warnings alone are no failure", async () => {
    bench.sandbox.run = () => exited("out", "warn\n");
    const result = await shell({ command: "x" });
    expect(result).toMatchObject({ ok: true, data: { stdout: "out", stderr: "warn\n" } });
    expect(result.output).toMatch(/^out\n.*stderr.*\nwarn\n$/);
  });

  test("that fails gives its exit code and all it said", async () => {
    bench.sandbox.run = () => exited("some", "bad", 3);
    const result = await shell({ command: "x" });
    expect(result).toMatchObject({ ok: false, error: { code: "command-failed" }, data: { exitCode: 3 } });
    for (const piece of ["some", "bad", "exit code: 3"]) expect(result.output).toContain(piece);
  });

  test("past its timeout says so in milliseconds, with what it had printed", async () => {
    bench.sandbox.run = () => ({ stdout: "begun", stderr: "", exitCode: 124, ended: "timeout" });
    const result = await shell({ command: "sleep 9", timeout: 250 });
    expect(result).toMatchObject({ ok: false, error: { code: "timeout" }, data: { exitCode: 124 } });
    expect(result.output).toMatch(/^begun\n.*250 ms.*milliseconds/);
    bench.sandbox.run = () => ({ stdout: "", stderr: "", exitCode: 124, ended: "timeout" });
    expect((await shell({ command: "x", timeout: 1 })).output).toMatch(/timeout of 1 ms/);
  });

  test("that is stopped says so", async () => {
    bench.sandbox.run = () => new Promise(() => {});
    const running = shell({ command: "x" });
    setImmediate(() => bench.abort.abort());
    expect(await running).toMatchObject({ ok: false, error: { code: "aborted" }, data: { exitCode: 130 } });
  });

  test("streams its output as it comes", async () => {
    bench.sandbox.run = (request) => {
      request.onOutput?.("one", "stdout");
      request.onOutput?.("two", "stderr");
      return exited("one", "two");
    };
    await shell({ command: "x" });
    expect(bench.emitted).toEqual(["one", "two"]);
  });

  test("with a bad timeout or none at all never runs", async () => {
    for (const args of [
      { command: "x", timeout: 0 },
      { command: "x", timeout: -1 },
      { command: "x", timeout: 1.5 },
      { command: 5 },
      {},
    ]) {
      expect(await shell(args)).toMatchObject({ ok: false, error: { code: "bad-arguments" } });
    }
    expect((await shell({ command: "x", timeout: 0 })).output).toMatch(/milliseconds/);
    expect(bench.sandbox.requests).toEqual([]);
  });

  test("in an engine that died is an error result", async () => {
    bench.sandbox.run = () => {
      throw new OkcvmError("engine-failed", "The shell could not start.");
    };
    expect(await shell({ command: "x" })).toMatchObject({ ok: false, error: { code: "engine-failed" } });
  });
});

describe("output over 10,000 characters", () => {
  test("of exactly 10,000 is whole", async () => {
    bench.sandbox.run = () => exited("x".repeat(10_000));
    expect((await shell({ command: "x" })).output).toBe("x".repeat(10_000));
  });

  test("is cut, says how much, and keeps the start and the end", async () => {
    bench.sandbox.run = () => exited(`START${"x".repeat(20_000)}END`);
    const result = await shell({ command: "x" });
    expect(result.output.length).toBeLessThanOrEqual(10_000);
    expect(result.output).toMatch(
      /^STARTx+\n\n\[[\d,]+ characters cut here; the whole is 20,008 long\]\n\nx+END$/,
    );
    expect((result.data as { stdout: string }).stdout.length).toBeLessThanOrEqual(10_000);
  });

  test("is counted over both streams together, and the exit code is not cut away", async () => {
    bench.sandbox.run = () => exited("o".repeat(9_000), "e".repeat(9_000), 1);
    const { output } = await shell({ command: "x" });
    expect(output).toMatch(/cut here/);
    expect(output).toMatch(/exit code: 1\]$/);
    expect(output.length).toBeLessThan(10_100);
  });

  test("is never cut through a surrogate pair, never longer than the limit, and the count is right", () => {
    const random = seeded(3);
    for (let round = 0; round < 400; round++) {
      const filler = ["🙂", "a🙂", "世", "🙂b🙂"][random(4)] as string;
      const text = "z".repeat(random(3)) + filler.repeat(5_100 + random(400)) + "q".repeat(random(3));
      const cut = cutText(text, 10_000);
      expect(cut.isWellFormed()).toBe(true);
      expect(cut.length).toBeLessThanOrEqual(text.length <= 10_000 ? text.length : 10_000);
      const said = /\n\n\[([\d,]+) characters cut here; the whole is ([\d,]+) long\]\n\n/.exec(cut);
      if (!said) continue;
      const kept = cut.length - said[0].length;
      expect(Number(said[2]?.replaceAll(",", ""))).toBe(text.length);
      expect(Number(said[1]?.replaceAll(",", "")) + kept).toBe(text.length);
    }
  });
});
