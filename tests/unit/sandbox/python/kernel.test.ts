import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CELLS } from "../../../support/python/cells.ts";
import { mismatch } from "../../../support/python/match.ts";
import type { CellEvent } from "../../../../src/domain/notebook.ts";
import { KernelHost } from "./kernel-host.ts";

let host: KernelHost;

beforeAll(async () => {
  host = await KernelHost.boot();
}, 120_000);

afterAll(() => host?.dispose());

beforeEach(() => host.fresh());

const kinds = (outputs: CellEvent[]): string[] => outputs.map((output) => output.output_type);

function textOf(outputs: CellEvent[], name: "stdout" | "stderr"): string {
  const parts = outputs.map((output) =>
    output.output_type === "stream" && output.name === name ? output.text : "",
  );
  return parts.join("");
}

describe("cells", () => {
  it.each(CELLS)("$name", async ({ cells }) => {
    for (const { code, outputs } of cells) {
      const run = await host.run(code);
      expect(mismatch(run.outputs, outputs, 0), code).toBe("");
    }
  });
});

describe("status", () => {
  it("is ok or error, and later cells run after an error", async () => {
    expect((await host.run("1")).status).toBe("ok");
    expect((await host.run("1 / 0")).status).toBe("error");
    expect((await host.run("x =")).status).toBe("error");
    expect((await host.run("%nope")).status).toBe("error");
    expect((await host.run("raise SystemExit")).status).toBe("error");
    expect((await host.run("!exit 1")).status).toBe("ok");
  });

  it("is error for exceptions of every base, also with a broken __str__", async () => {
    const base = await host.run(
      "class Odd(BaseException):\n    def __str__(self): raise ValueError\nraise Odd()",
    );
    expect(base.status).toBe("error");
    expect(kinds(base.outputs)).toEqual(["error"]);
    expect((await host.run("raise GeneratorExit")).status).toBe("error");
    expect((await host.run("import asyncio\nraise asyncio.CancelledError('x')")).status).toBe("error");
    expect((await host.run("1")).status).toBe("ok");
  });
});

describe("interrupts", () => {
  it("reach a cell that awaits as KeyboardInterrupt; its variables stay", async () => {
    await host.run("import asyncio\nx = 1");
    setTimeout(() => host.interrupt(), 60);
    const run = await host.run("x = 2\nawait asyncio.sleep(30)\nx = 3");
    expect(run.status).toBe("error");
    expect(run.outputs).toMatchObject([{ output_type: "error", ename: "KeyboardInterrupt" }]);
    expect((await host.run("x")).outputs).toMatchObject([{ data: { "text/plain": "2" } }]);
  });

  it("reach code inside tasks and helpers, and can be caught", async () => {
    setTimeout(() => host.interrupt(), 60);
    const gathered = await host.run(
      "import asyncio\nasync def f():\n    await asyncio.sleep(30)\nawait asyncio.gather(f(), f())",
    );
    expect(gathered.outputs).toMatchObject([{ output_type: "error", ename: "KeyboardInterrupt" }]);
    setTimeout(() => host.interrupt(), 60);
    const caught = await host.run(
      "try:\n    await asyncio.sleep(30)\nexcept KeyboardInterrupt:\n    print('caught')\n'on'",
    );
    expect(caught.status).toBe("ok");
    expect(textOf(caught.outputs, "stdout")).toBe("caught\n");
    expect((await host.run("await asyncio.sleep(0.01, 'fine')")).status).toBe("ok");
  });

  it("show what was printed before a wait at once", async () => {
    const running = host.run("import asyncio\nprint('before')\nawait asyncio.sleep(0.3)");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(textOf(host.soFar, "stdout")).toBe("before\n");
    await running;
  });

  it("reach time.sleep and loops through the interrupt buffer", async () => {
    const buffer = new Uint8Array(new SharedArrayBuffer(1));
    host.pyodide.setInterruptBuffer(buffer);
    host.onWait = () => void (host.waits.length > 2 && (buffer[0] = 2));
    host.waits = [];
    const slept = await host.run("import time\nprint('a')\ntime.sleep(30)");
    host.onWait = () => {};
    expect(kinds(slept.outputs)).toEqual(["stream", "error"]);
    expect(slept.outputs[1]).toMatchObject({ ename: "KeyboardInterrupt" });
    expect(JSON.stringify(slept.outputs[1])).not.toContain("File ");
    expect(Math.max(...host.waits)).toBeLessThanOrEqual(0.05);
    host.onStream = () => void (buffer[0] = 2);
    const looped = await host.run("while True:\n    print('again')");
    host.onStream = () => {};
    expect(looped.outputs.at(-1)).toMatchObject({ output_type: "error", ename: "KeyboardInterrupt" });
    expect((await host.run("'alive'")).status).toBe("ok");
  });
});

describe("output", () => {
  it("of a hundred thousand lines comes in few calls, complete and in order", async () => {
    host.streamCalls = 0;
    const run = await host.run("for i in range(100_000): print(i)");
    expect(textOf(run.outputs, "stdout")).toBe(Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join(""));
    expect(host.streamCalls).toBeLessThan(150);
  });

  it("of ten megabytes in one print arrives", async () => {
    const run = await host.run("print('x' * 10_000_000)");
    expect(textOf(run.outputs, "stdout")).toHaveLength(10_000_001);
  });

  it("of a task in the background comes with what follows", async () => {
    await host.run(
      "import asyncio\nasync def later():\n    await asyncio.sleep(0.05)\n    print('late')\ntask = asyncio.ensure_future(later())",
    );
    const next = await host.run("import asyncio\nawait asyncio.sleep(0.2)");
    expect(textOf(next.outputs, "stdout")).toBe("late\n");
  });

  it("is never lost when sys.stdout was closed or replaced", async () => {
    await host.run("import sys\nsys.stdout.close()\nsys.stderr = None");
    expect(textOf((await host.run("print('here')")).outputs, "stdout")).toBe("here\n");
    expect(textOf((await host.run("print('there', file=sys.stderr)")).outputs, "stderr")).toBe("there\n");
  });
});

describe("pip", () => {
  const asked: { words: string[]; cwd: string }[] = [];

  beforeEach(() => {
    asked.length = 0;
    host.install = async (words, cwd) => {
      asked.push({ words, cwd });
      if (words.includes("absent")) throw new Error("absent: no such package on PyPI");
      return `Successfully installed ${words.join(" ")}`;
    };
  });

  it.each([
    ["%pip install -q 'a>=1' b[extra] --upgrade", ["-q", "a>=1", "b[extra]", "--upgrade"]],
    ["!pip install numpy==2.0 2>&1 | tail -1", ["numpy==2.0"]],
    ["!python -m pip install --pre seaborn", ["--pre", "seaborn"]],
    ["pip install tqdm", ["tqdm"]],
    ["if True:\n    %pip install inside", ["inside"]],
    ["out = !pip install caught\nprint(out)", ["caught"]],
    ["%pip install -r requirements.txt z  # both", ["-r", "requirements.txt", "z"]],
  ])("%s", async (code, wanted) => {
    const run = await host.run(code);
    expect(asked).toEqual([{ words: wanted, cwd: "/mnt/work" }]);
    expect(run.status).toBe("ok");
    expect(textOf(run.outputs, "stdout")).toContain("Successfully installed");
  });

  it("tells a failure on stderr and goes on", async () => {
    const run = await host.run("%pip install absent\nprint('on', _exit_code)");
    expect(textOf(run.outputs, "stderr")).toBe("ERROR: absent: no such package on PyPI\n");
    expect(textOf(run.outputs, "stdout")).toBe("on 1\n");
  });

  it("says where it works when it cannot wait", async () => {
    const inside = await host.run("def f():\n    %pip install x\nf()");
    expect(textOf(inside.outputs, "stderr")).toMatch(/^UsageError: .*at the top of a cell/);
    const process = await host.run(
      "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pip', 'install', 'x']).returncode",
    );
    expect(textOf(process.outputs, "stderr")).toMatch(/at the top of a cell/);
    expect(process.outputs.at(-1)).toMatchObject({ data: { "text/plain": "1" } });
    expect(asked).toEqual([]);
  });

  it("lists and shows what is there, refuses the rest", async () => {
    expect(textOf((await host.run("%pip list")).outputs, "stdout")).toMatch(/^Package +Version\n-+ -+\n/);
    expect(textOf((await host.run("%pip uninstall x")).outputs, "stderr")).toMatch(/^ERROR: pip uninstall/);
    expect(textOf((await host.run("%pip show nothing")).outputs, "stderr")).toMatch(/not found: nothing/);
  });

  it("gives way to the real IPython when it is installed", async () => {
    await host.run("import IPython\nassert IPython.__version__");
    await host.run(
      "import os\nos.makedirs('IPython')\nopen('IPython/__init__.py', 'w').write('real = True')\n%pip install ipython",
    );
    expect((await host.run("import IPython\nIPython.real")).outputs).toMatchObject([
      { data: { "text/plain": "True" } },
    ]);
    await host.run("import shutil, sys\nshutil.rmtree('IPython')\ndel sys.modules['IPython']");
    expect((await host.run("from IPython.display import HTML")).status).toBe("ok");
  });
});
