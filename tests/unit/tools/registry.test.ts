import { beforeEach, describe, expect, test } from "vitest";

import type { ToolResult } from "../../../src/domain/message.ts";
import type { ToolSpec } from "../../../src/domain/tool-spec.ts";
import { okResult, type Tool } from "../../../src/tools/define-tool.ts";
import { ToolRegistry } from "../../../src/tools/registry.ts";
import { BUILT_TOOLS, SHIPPED_SPECS, ToolBench } from "../../support/ports/tool-context.ts";

const BUILT = [
  "todo_read",
  "todo_write",
  "read_file",
  "write_file",
  "edit_file",
  "shell",
  "ipython",
  "deploy_website",
].map((name) => `mshtools-${name}`);

let bench: ToolBench;
beforeEach(() => {
  bench = new ToolBench();
});

function custom(
  name: string,
  execute: Tool["execute"] = async () => okResult("custom"),
  spec: Partial<ToolSpec> = {},
): Tool<never> {
  return {
    name,
    spec: { name, description: "Mine.", parameters: { type: "object", properties: {} }, ...spec },
    execute,
  } as Tool<never>;
}
const status = (name: string): string | undefined =>
  bench.registry.list().find((entry) => entry.spec.name === name)?.status;

describe("the contract's tools", () => {
  test("that are built are offered; the rest are coming, listed and never offered", () => {
    expect(bench.registry.names().toSorted()).toEqual(BUILT.toSorted());
    expect(bench.registry.list()).toHaveLength(24);
    for (const entry of bench.registry.list())
      expect(entry.status).toBe(BUILT.includes(entry.spec.name) ? "offered" : "coming");
    expect(bench.registry.specs().map((spec) => spec.name)).toEqual(bench.registry.names());
  });

  test("that are coming, and unknown ones, are errors that name the real ones", async () => {
    for (const name of [
      "mshtools-browser_click",
      "mshtools-nothing",
      "shell",
      "",
      "__proto__",
      "constructor",
    ]) {
      const result = await bench.registry.run(name, {}, bench.context);
      expect(result).toMatchObject({ ok: false, error: { code: "unknown-tool" } });
      for (const real of BUILT) expect(result.output).toContain(real);
    }
    expect((await bench.registry.run("mshtools-browser_click", {}, bench.context)).output).toMatch(
      /not built yet/,
    );
  });

  test("a built tool without an entry in the contract stops the start", () => {
    expect(() => new ToolRegistry([], BUILT_TOOLS)).toThrow(/spec\/tools\.json/);
  });
});

describe("a call", () => {
  test("is parsed, checked and run; a failure is a result", async () => {
    await bench.workspace.write("f", "x\n");
    expect(await bench.run("read_file", '```json\n{"file_path":"f"}\n```')).toMatchObject({
      ok: true,
      output: "     1\tx\n",
    });
    expect(await bench.run("read_file", '{"file_path":"f"')).toMatchObject({
      ok: false,
      error: { code: "bad-json" },
    });
    expect(await bench.run("read_file", { path: "f" })).toMatchObject({
      ok: false,
      error: { code: "bad-arguments" },
    });
  });

  test("after an abort does not begin", async () => {
    bench.abort.abort();
    expect(await bench.run("write_file", { file_path: "f", content: "x" })).toMatchObject({
      ok: false,
      error: { code: "aborted" },
    });
    expect(await bench.workspace.stat("f")).toBeNull();
  });

  test("whose tool throws anything at all is an error result", async () => {
    const thrown: unknown[] = [new TypeError("bug"), "text", null, undefined, { code: "odd" }];
    for (const [at, value] of thrown.entries()) {
      bench.registry.register(
        custom(`bad${at}`, () => {
          throw value;
        }),
      );
      bench.registry.register(custom(`worse${at}`, () => Promise.reject(value)));
      for (const name of [`bad${at}`, `worse${at}`]) {
        expect(await bench.registry.run(name, {}, bench.context)).toMatchObject({
          ok: false,
          error: { code: "internal" },
        });
      }
    }
  });

  test.each([[undefined], [null], [{}], [{ ok: true }], [{ ok: "yes", output: 5 }]])(
    "whose custom tool answers %j is an error result",
    async (answer) => {
      bench.registry.register(custom("odd", async () => answer as ToolResult));
      expect(await bench.registry.run("odd", {}, bench.context)).toMatchObject({
        ok: false,
        output: expect.any(String),
      });
    },
  );

  test("whose custom tool answers a text alone has it as its output", async () => {
    bench.registry.register(custom("plain", async () => "text" as unknown as ToolResult));
    expect(await bench.registry.run("plain", {}, bench.context)).toEqual({ ok: true, output: "text" });
  });

  test("whose custom tool's data cannot be stored is an error result, or loses that data", async () => {
    bench.registry.register(custom("odd", async () => okResult("x", { data: { run: () => 1 } })));
    const result = await bench.registry.run("odd", {}, bench.context);
    expect(() => structuredClone(result)).not.toThrow();
  });
});

describe("a custom tool", () => {
  test("is offered once registered, is told its checked arguments, and can be replaced", async () => {
    const got: unknown[] = [];
    const parameters = {
      type: "object" as const,
      properties: { n: { type: "integer" as const, default: 4 } },
    };
    bench.registry.register(
      custom(
        "mine",
        async (args) => {
          got.push(args);
          return okResult("one");
        },
        { parameters },
      ),
    );
    expect(bench.registry.names()).toContain("mine");
    expect(await bench.registry.run("mine", '{"n":"5"}', bench.context)).toEqual({ ok: true, output: "one" });
    await bench.registry.run("mine", "", bench.context);
    expect(got).toEqual([{ n: 5 }, { n: 4 }]);
    bench.registry.register(custom("mine", async () => okResult("two"), { description: "New." }));
    expect((await bench.registry.run("mine", {}, bench.context)).output).toBe("two");
    const entries = bench.registry.list().filter((entry) => entry.spec.name === "mine");
    expect(entries).toMatchObject([{ status: "offered", custom: true, spec: { description: "New." } }]);
  });

  test("takes the place of one of the contract, built or coming, with the contract's spec when it has none", async () => {
    for (const name of ["mshtools-shell", "mshtools-browser_click"]) {
      bench.registry.register({ name, execute: async () => okResult("mine") } as Tool<never>);
      const args =
        name === "mshtools-shell"
          ? { command: "x" }
          : { citation_id: 1, url: "https://x.example", element_index: 1 };
      expect((await bench.registry.run(name, args, bench.context)).output).toBe("mine");
      expect((await bench.registry.run(name, {}, bench.context)).error?.code).toBe("bad-arguments");
      expect(status(name)).toBe("offered");
    }
    expect(bench.registry.list()).toHaveLength(24);
  });

  test.each<[string, unknown, RegExp]>([
    ["a bad name", custom("has space"), /letters, digits/],
    ["an empty name", custom(""), /letters, digits/],
    ["a long name", custom("x".repeat(65)), /at most 64/],
    ["no execute", { ...custom("mine"), execute: undefined }, /execute/],
    ["no spec and no contract", { name: "mine", execute: () => {} }, /spec/],
    ["a spec of another name", custom("mine", undefined, { name: "yours" }), /same name/],
    ["parameters that are no object", custom("mine", undefined, { parameters: { type: "array" } }), /object/],
    ["parameters left out", { ...custom("mine"), spec: { name: "mine", description: "" } }, /object/],
  ])("with %s is refused and changes nothing", (_name, tool, words) => {
    const before = bench.registry.list();
    expect(() => bench.registry.register(tool as Tool<never>)).toThrow(
      expect.objectContaining({ code: "bad-arguments", message: expect.stringMatching(words) }),
    );
    expect(bench.registry.list()).toEqual(before);
  });

  test.each<[string, unknown]>([
    ["null", null],
    ["undefined", undefined],
    ["no name", { spec: { parameters: { type: "object" } }, execute: () => {} }],
    ["a number for its name", custom(5 as unknown as string)],
  ])("of %s is refused too", (_name, tool) => {
    expect(() => bench.registry.register(tool as Tool<never>)).toThrow(
      expect.objectContaining({ code: "bad-arguments" }),
    );
  });

  test.each<[string, unknown]>([
    ["no description", { ...custom("mine"), spec: { name: "mine", parameters: { type: "object" } } }],
    [
      "properties that are no object",
      custom("mine", undefined, { parameters: { type: "object", properties: "x" as never } }),
    ],
  ])("with %s is refused too", (_name, tool) => {
    expect(() => bench.registry.register(tool as Tool<never>)).toThrow(
      expect.objectContaining({ code: "bad-arguments" }),
    );
  });
});

describe("a bundle", () => {
  const shell = SHIPPED_SPECS.find((spec) => spec.name === "mshtools-shell") as ToolSpec;
  const bundle: ToolSpec[] = [
    { ...shell, description: "Theirs." },
    { name: "their-tool", description: "?", parameters: { type: "object" } },
  ];

  test("offers what it names and we can do, and puts the rest off", async () => {
    bench.registry.useBundle(bundle);
    expect(bench.registry.names()).toEqual(["mshtools-shell"]);
    expect(bench.registry.specs()[0]?.description).toBe("Theirs.");
    expect(status("their-tool")).toBe("coming");
    expect(status("mshtools-read_file")).toBe("off");
    expect(status("mshtools-browser_click")).toBe("coming");
    expect((await bench.run("read_file", { file_path: "f" })).error?.code).toBe("unknown-tool");
    expect((await bench.run("shell", { command: "x" })).ok).toBe(true);
    bench.registry.useBundle(null);
    expect(bench.registry.names().toSorted()).toEqual(BUILT.toSorted());
  });

  test("does not put a custom tool off", () => {
    bench.registry.register(custom("mine"));
    bench.registry.useBundle(bundle);
    expect(bench.registry.names()).toEqual(["mshtools-shell", "mine"]);
  });

  test("does not put a custom tool off that has a contract name", () => {
    bench.registry.register(custom("mshtools-read_file"));
    bench.registry.useBundle(bundle);
    expect(bench.registry.names()).toContain("mshtools-read_file");
  });

  test("a tool it leaves out is not said to be unbuilt", async () => {
    bench.registry.useBundle(bundle);
    expect((await bench.run("read_file", { file_path: "f" })).output).not.toMatch(/not built/);
  });
});
