import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import type { Message, Part, ToolCallPart, ToolCallState, ToolResult } from "../../../src/domain/message.ts";
import { restoreOutputs, storeOutputs, type CellOutput } from "../../../src/domain/notebook.ts";
import { cellOf, cellsOf, hasCell } from "../../../src/domain/notebook-cells.ts";
import { toNotebook } from "../../../src/domain/notebook-file.ts";

const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNgqPiPBzGMSmNDALG+lQGXnmVbAAAAAElFTkSuQmCC";

const done = (result: ToolResult): ToolCallState => ({ status: "done", startedAt: 1, endedAt: 2, result });

function call(args: unknown, state: ToolCallState, name = "mshtools-ipython"): ToolCallPart {
  const text = typeof args === "string" ? args : JSON.stringify(args);
  return { type: "tool-call", callId: crypto.randomUUID(), name, arguments: text, state };
}

/** A call as the tool ends it. */
function ran(code: string, count: number, all: CellOutput[], more: Partial<ToolResult> = {}): ToolCallPart {
  const { outputs, images } = storeOutputs(all);
  const content = images.map((image) => ({ type: "image" as const, ...image }));
  const data = { executionCount: count, outputs };
  return call({ code }, done({ ok: true, output: "", data, content, ...more }));
}

function message(...parts: Part[]): Message {
  return {
    id: "m",
    conversationId: "c",
    parentId: null,
    role: "assistant",
    parts,
    status: "done",
    createdAt: 1,
    endedAt: 2,
  };
}

const stdout = (text: string): CellOutput => ({ output_type: "stream", name: "stdout", text });
const figure: CellOutput = {
  output_type: "display_data",
  data: { "image/png": PNG, "text/plain": "<Figure>" },
  metadata: {},
};

describe("a cell of a call", () => {
  it("has its images back in their places", () => {
    const cell = cellOf(ran("plot()", 3, [figure, stdout("a"), figure]));
    expect(cell).toEqual({ code: "plot()", executionCount: 3, outputs: [figure, stdout("a"), figure] });
  });

  it("is what it has printed while it runs", () => {
    const cell = cellOf(call({ code: "x" }, { status: "running", startedAt: 1, output: "step 1\n" }));
    expect(cell).toEqual({ code: "x", executionCount: null, outputs: [stdout("step 1\n")] });
  });

  it("is the text of a result that has no outputs", () => {
    const refused = call({ code: "" }, done({ ok: false, output: "code is empty" }));
    expect(cellOf(refused)?.outputs).toEqual([
      { output_type: "stream", name: "stderr", text: "code is empty" },
    ]);
  });

  it("leaves out outputs that are none, and images that are gone", () => {
    const data = {
      executionCount: 1,
      outputs: [null, { output_type: "stream" }, { ...figure, data: { "image/png": null } }, "x"],
    };
    const cell = cellOf(call({ code: "x" }, done({ ok: true, output: "", data })));
    expect(cell?.outputs).toEqual([{ ...figure, data: { "image/png": "" } }]);
    expect(restoreOutputs(storeOutputs([figure]).outputs, [])[0]).toMatchObject({
      data: { "image/png": "" },
    });
  });

  it("shows arguments that do not read as they came, and is none before it runs or for another tool", () => {
    expect(cellOf(call('{"code": "x', done({ ok: true, output: "" })))?.code).toBe('{"code": "x');
    const pending = call({ code: "x" }, { status: "pending" });
    expect(cellOf(pending)).toBeNull();
    expect(hasCell(message(pending))).toBe(false);
    expect(hasCell(message(pending, ran("x", 1, [])))).toBe(true);
    expect(cellOf(call({ command: "ls" }, done({ ok: true, output: "" }), "mshtools-shell"))).toBeNull();
  });
});

describe("the cells of a branch", () => {
  it("are in order, with a note where the interpreter began anew", () => {
    const restart = call({ code: "", restart: true }, done({ ok: true, output: "restarted" }));
    const died = ran("os.abort()", 2, [], { ok: false, error: { code: "engine-failed", message: "died" } });
    const cells = cellsOf(
      [
        message({ type: "text", text: "hello" }, ran("a = 1", 1, [])),
        message(call({ command: "ls" }, done({ ok: true, output: "" }), "mshtools-shell")),
        message(restart, ran("b", 1, []), died),
      ],
      "Restarted.",
    );
    expect(cells.map((cell) => ("markdown" in cell ? cell.markdown : cell.code))).toEqual([
      "a = 1",
      "Restarted.",
      "b",
      "os.abort()",
      "Restarted.",
    ]);
  });

  it("take a restart with code as both", () => {
    const both = call({ code: "a", restart: true }, done({ ok: true, output: "" }));
    expect(cellsOf([message(both)], "R")).toMatchObject([{ markdown: "R" }, { code: "a" }]);
  });
});

/** A notebook with every kind of output. */
function sample(): string {
  const all: CellOutput[] = [
    stdout("第一行\nno break at the end"),
    { output_type: "stream", name: "stderr", text: "warning\n" },
    { ...figure, transient: { display_id: "abc" } } as CellOutput,
    {
      output_type: "execute_result",
      execution_count: 2,
      data: {
        "text/html": "<table>\n<tr><td>東京</td></tr></table>",
        "text/plain": "東京",
        "application/json": { a: [1] },
        "application/x-odd": { not: "text" },
      },
      metadata: {},
    },
    { output_type: "error", ename: "KeyError", evalue: "'東京'", traceback: ["----> 1 x", "KeyError"] },
  ];
  const messages = [
    message(
      call({ code: "", restart: true }, done({ ok: true, output: "" })),
      ran("x = 1\nprint('第一行')", 2, all),
    ),
  ];
  let id = 0;
  return toNotebook(cellsOf(messages, "The interpreter was restarted here."), () => `cell-${++id}`);
}

describe("the notebook file", () => {
  it("holds lines, keeps binary values whole and turns what Jupyter would refuse into text", () => {
    const [note, cell] = JSON.parse(sample()).cells;
    expect(note).toEqual({
      cell_type: "markdown",
      id: "cell-1",
      metadata: {},
      source: ["The interpreter was restarted here."],
    });
    expect(cell.source).toEqual(["x = 1\n", "print('第一行')"]);
    expect(cell.outputs[0].text).toEqual(["第一行\n", "no break at the end"]);
    expect(cell.outputs[2]).toEqual({
      output_type: "display_data",
      data: { "image/png": PNG, "text/plain": ["<Figure>"] },
      metadata: {},
    });
    expect(cell.outputs[3].data).toEqual({
      "text/html": ["<table>\n", "<tr><td>東京</td></tr></table>"],
      "text/plain": ["東京"],
      "application/json": { a: [1] },
      "application/x-odd": '{"not":"text"}',
    });
  });

  const python = ["python3", "/usr/bin/python3"].find(
    (name) => spawnSync(name, ["-c", "import nbformat, nbconvert"]).status === 0,
  );

  it.skipIf(python === undefined)("is valid to Jupyter, which turns it into a page", () => {
    const folder = mkdtempSync(join(tmpdir(), "okcvm-notebook-"));
    try {
      writeFileSync(join(folder, "a.ipynb"), sample());
      const check = [
        "import sys, nbformat",
        "nbformat.validate(nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT))",
        "from nbconvert import HTMLExporter",
        "print(HTMLExporter().from_filename(sys.argv[1])[0])",
      ].join("\n");
      const page = execFileSync(python ?? "", ["-W", "ignore", "-c", check, join(folder, "a.ipynb")], {
        encoding: "utf8",
        maxBuffer: 1 << 26,
      });
      for (const words of ["第一行", PNG, "<td>東京</td>", "KeyError", "The interpreter was restarted here."])
        expect(page).toContain(words);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
