import { describe, expect, it } from "vitest";

import type { CellOutput, MimeBundle } from "../../../src/domain/notebook.ts";
import { callObject, callVerb, isCell } from "../../../src/ui/chat/call-object.ts";
import { figureFile, figureUrl } from "../../../src/ui/notebook/image-source.ts";
import { isSightly, shownOutputs, type Figure } from "../../../src/ui/notebook/shown-outputs.ts";
import { toolPhrase } from "../../../src/ui/texts/tool-phrase.ts";

const display = (data: MimeBundle): CellOutput => ({ output_type: "display_data", data, metadata: {} });
const kinds = (...outputs: CellOutput[]): string[] => shownOutputs(outputs).map((shown) => shown.kind);

describe("what is drawn of an output", () => {
  it("is its richest form", () => {
    expect(kinds(display({ "text/plain": "<Figure>", "image/png": "AAAA" }))).toEqual(["figure"]);
    expect(kinds(display({ "text/plain": "a b", "text/html": "<table></table>" }))).toEqual(["html"]);
    expect(kinds(display({ "text/latex": "$x$", "text/plain": "x" }))).toEqual(["latex"]);
    expect(kinds(display({ "application/json": null, "text/plain": "x" }))).toEqual(["json"]);
    expect(kinds(display({ "application/vnd.x+json": {}, "text/plain": "x" }))).toEqual(["plain"]);
    expect(kinds(display({ "application/javascript": "x" }))).toEqual(["unsupported"]);
  });

  it("is the next form where one is empty or no picture", () => {
    expect(kinds(display({ "text/html": " ", "text/plain": "x" }))).toEqual(["plain"]);
    expect(kinds(display({ "image/png": '"><script>', "text/plain": "x" }))).toEqual(["plain"]);
    expect(kinds(display({ "image/png": "", "text/plain": "x" }))).toEqual(["plain"]);
  });

  it("counts the figures and knows the cell's value", () => {
    const shown = shownOutputs([
      display({ "image/png": "AAAA" }),
      { output_type: "stream", name: "stderr", text: "w" },
      { output_type: "execute_result", execution_count: 7, data: { "image/jpeg": "BBBB" }, metadata: {} },
    ]);
    expect(shown).toMatchObject([
      { kind: "figure", number: 1, result: null },
      { kind: "stream", name: "stderr" },
      { kind: "figure", number: 2, result: 7 },
    ]);
    expect(shown.filter(isSightly)).toHaveLength(2);
  });

  it("is a traceback without its wide head", () => {
    const traceback = ["-".repeat(75), `KeyError${" ".repeat(34)}Traceback (most recent call last)`, "x"];
    expect(shownOutputs([{ output_type: "error", ename: "KeyError", evalue: "x", traceback }])[0]).toEqual({
      kind: "error",
      text: "KeyError  Traceback (most recent call last)\nx",
      result: null,
    });
  });
});

describe("a figure", () => {
  const figure: Figure = { kind: "figure", mediaType: "image/png", data: "iVBO\nRw0K", number: 1 };
  const svg: Figure = { kind: "figure", mediaType: "image/svg+xml", data: '<svg a="東"/>', number: 2 };

  it("has an address without line breaks", () => {
    expect(figureUrl(figure)).toBe("data:image/png;base64,iVBORw0K");
    expect(figureUrl(svg)).toBe("data:image/svg+xml;charset=utf-8,%3Csvg%20a%3D%22%E6%9D%B1%22%2F%3E");
  });

  it("is saved with its own bytes and type", async () => {
    const { blob, name } = figureFile(figure, 3);
    expect(name).toBe("cell-3-figure-1.png");
    expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]);
    expect(figureFile(svg, null).name).toBe("figure-2.svg");
    expect(await figureFile(svg, null).blob.text()).toBe('<svg a="東"/>');
  });
});

describe("the card of a cell", () => {
  const cell = (args: unknown, status: "pending" | "running" = "running") => ({
    type: "tool-call" as const,
    callId: "a",
    name: "mshtools-ipython",
    arguments: JSON.stringify(args),
    state: status === "pending" ? { status } : { status, startedAt: 1, output: "" },
  });

  it("says its first line of code", () => {
    const args = JSON.stringify({ code: "\nimport pandas as pd\n\npd.DataFrame()\n" });
    expect(callObject("mshtools-ipython", args)).toBe("import pandas as pd");
    expect(toolPhrase("mshtools-ipython", "import pandas as pd", "failed")).toBe(
      "Failed: import pandas as pd",
    );
    expect(toolPhrase("mshtools-ipython", "", "done")).toBe("Ran Python");
  });

  it("says that it restarted Python where it ran nothing", () => {
    const restart = cell({ code: "", restart: true });
    expect(toolPhrase(callVerb(restart, ""), "", "done")).toBe("Restarted Python");
    expect(callVerb(cell({ code: "a", restart: true }), "a")).toBe("mshtools-ipython");
  });

  it("is one from when it runs", () => {
    expect(isCell(cell({ code: "a" }))).toBe(true);
    expect(isCell(cell({ code: "a" }, "pending"))).toBe(false);
  });
});
