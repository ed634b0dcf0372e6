import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { ToolSpec } from "../../../src/domain/tool-spec.ts";
import { parseBundle } from "../../../src/tools/bundle.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const SPEC_TEXT = read("../../../spec/tools.json");
const BUILT_IN = (JSON.parse(SPEC_TEXT) as { tools: ToolSpec[] }).tools;
const CONTRACT_TEXT = read("../../support/contract-tools.json");

const EMPTY = '{"type":"object","properties":{}}';
const one = (fields: string) => `{"tools":[\n{${fields}}\n]}`;
const custom = (parameters: string) =>
  one(`"name":"mine","description":"Mine.",\n"parameters":${parameters}`);

describe("what is taken", () => {
  test("the built-in files give themselves", () => {
    const prompt = read("../../../spec/system_prompt.md");
    expect(parseBundle(prompt, SPEC_TEXT, BUILT_IN)).toEqual({ systemPrompt: prompt, tools: BUILT_IN });
  });

  test("the contract file as it is: our descriptions, its schemas, the lost property filled in", () => {
    const { tools } = parseBundle("Prompt", CONTRACT_TEXT, BUILT_IN);
    expect(tools.map((tool) => tool.name)).toEqual(BUILT_IN.map((tool) => tool.name));
    expect(tools.map((tool) => tool.description)).toEqual(BUILT_IN.map((tool) => tool.description));
    expect(tools.map((tool) => Object.keys(tool))).toEqual(
      tools.map(() => ["name", "description", "parameters"]),
    );
    const image = tools.find((tool) => tool.name === "mshtools-generate_image");
    expect(image?.parameters.properties?.["description"]).toMatchObject({ type: "string" });
    expect(Object.keys(image?.parameters.properties ?? {})).toEqual(["description", "output_file"]);
  });

  test("a bare list, OpenAI's form, a byte order mark and keys nobody knows", () => {
    const tool = `{"type":"function","function":{"name":"a","description":"A.","strict":true,"parameters":${EMPTY}},"returns":{}}`;
    const { tools } = parseBundle(
      "\uFEFFPrompt",
      `\uFEFF[${tool}, {"name":"b","description":"B.","rules":[1],"parameters":${EMPTY}}]`,
    );
    expect(tools).toEqual([
      { name: "a", description: "A.", parameters: { type: "object", properties: {} } },
      { name: "b", description: "B.", parameters: { type: "object", properties: {} } },
    ]);
    expect(parseBundle("\uFEFFPrompt", `[${tool}]`).systemPrompt).toBe("Prompt");
  });

  test("an argument that may also be null, and integer where a number is taken", () => {
    const shell = one(
      '"name":"mshtools-shell","parameters":{"type":"object","properties":{"command":{"type":["string","null"]},"timeout":{"anyOf":[{"type":"integer"},{"type":"null"}]}}}',
    );
    expect(parseBundle("P", shell, BUILT_IN).tools).toHaveLength(1);
    const sound = CONTRACT_TEXT.replace('"type": "number"', '"type": "integer"');
    expect(parseBundle("P", sound, BUILT_IN).tools).toHaveLength(24);
  });

  test("a property named __proto__ is a property and nothing else", () => {
    const { tools } = parseBundle(
      "P",
      custom('{"type":"object","properties":{"__proto__":{"type":"string"}}}'),
    );
    expect(Object.keys(tools[0]?.parameters.properties ?? {})).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["type"]).toBeUndefined();
  });
});

describe("what is refused, with file, line and reason", () => {
  test.each([
    ["an empty file", "", "line 1: the file is empty"],
    ["a comment", '{\n// hello\n"tools":[]}', "line 2: JSON has no comments"],
    ["a trailing comma", '{"tools":[\n1,\n]}', "line 3: a value belongs here"],
    ["a trailing comma in an object", '{"tools":[],\n}', "line 2: a property name"],
    ["a missing comma", '{"a":1\n"tools":[]}', "line 2: a comma is missing"],
    ["a missing bracket", '{"tools":[\n\n', "line 3: a closing bracket"],
    ["single quotes", "{\n'tools':[]}", "line 2: "],
    ["an open string", '{"tools\n":[]}', "line 1: this text has no closing quote"],
    ["text after the end", "[]\n[]", "line 2: there is more text"],
    ["deep nesting", "[".repeat(200_000), "line 1: "],
    ["a string", '"x"', "line 1: the file holds a string"],
    ["an object without tools", '{"tool":[]}', 'an object without "tools"'],
    ["tools of another kind", '{\n"tools":{}}', 'line 2: "tools" is an object'],
    ["no tools", '{"tools":[]}', "the list of tools is empty"],
    ["a tool that is no object", '{"tools":[\n"x"]}', "line 2: tool 1 of the list is a string"],
    ["another type of tool", '[{"type":"web",\n"function":{}}]', 'a "type" other than "function"'],
    ["no name", one('"description":"x"'), 'line 2: tool 1 of the list has no "name"'],
    ["a bad name", one('\n"name":"a b"'), 'line 3: tool 1 of the list is named "a b"'],
    ["an over-long name", one(`"name":"${"a".repeat(65)}"`), "A name is 1 to 64"],
    [
      "the same name twice",
      `[{"name":"a","description":"A.","parameters":${EMPTY}},\n{"name":"a","description":"A.","parameters":${EMPTY}}]`,
      "line 2: the tool a is there twice, first on line 1",
    ],
    ["no description", one(`"name":"mine","parameters":${EMPTY}`), "the tool mine has no description"],
    [
      "a description of another kind",
      one(`"name":"mine",\n"description":5,"parameters":${EMPTY}`),
      "line 3: the tool mine has a description that is a number",
    ],
    ["no parameters", one('"name":"mine","description":"Mine."'), 'has no "parameters"'],
    ["parameters of another kind", custom("[]"), 'line 3: the tool mine has "parameters" that are an array'],
    ["parameters that describe no object", custom('{"type":"string"}'), 'whose "type" is not "object"'],
    [
      "properties of another kind",
      custom('{"type":"object",\n"properties":[]}'),
      'line 4: the tool mine has "properties" that are an array',
    ],
    [
      "a property that is no schema",
      custom('{"type":"object","properties":{\n"a":"string"}}'),
      'line 4: the tool mine has a property "a" that is a string',
    ],
    [
      "a property twice",
      custom('{"type":"object","properties":{"a":{},\n"a":{}}}'),
      'line 4: the tool mine lists the property "a" twice',
    ],
    ["required of another kind", custom('{"type":"object","required":"a"}'), '"required" that is a string'],
    ["a required number", custom('{"type":"object","required":[1]}'), '"required" that holds a number'],
    [
      "a required name without property",
      custom('{"type":"object","properties":{"a":{}},\n"required":["a",\n"b"]}'),
      'line 5: the tool mine requires "b"',
    ],
    [
      "an argument of ours missing",
      one(
        '"name":"mshtools-shell","parameters":{"type":"object",\n"properties":{"command":{"type":"string"}}}',
      ),
      'line 3: the tool mshtools-shell lacks the argument "timeout" (integer)',
    ],
    [
      "an argument of another type",
      one(
        '"name":"mshtools-shell","parameters":{"type":"object","properties":{"command":{"type":"string"},\n"timeout":{"type":"string"}}}',
      ),
      'line 3: the tool mshtools-shell gives the argument "timeout" string, but this tool takes integer',
    ],
    [
      "an argument without a type",
      one(
        '"name":"mshtools-shell","parameters":{"type":"object","properties":{"command":{},"timeout":{"type":"integer"}}}',
      ),
      'the argument "command" no type',
    ],
    [
      "items of another type",
      one(
        '"name":"mshtools-web_search","parameters":{"type":"object","properties":{"queries":{"type":"array","items":{"type":"object"}}}}',
      ),
      'the items of "queries" object',
    ],
  ])("%s", (_, text, words) => {
    let error: unknown;
    try {
      parseBundle("Prompt", text, BUILT_IN);
    } catch (caught) {
      error = caught;
    }
    expect(error).toMatchObject({ name: "OkcvmError", code: "bad-bundle" });
    expect((error as Error).message).toMatch(/^tools\.json, line \d+: /);
    expect((error as Error).message).toContain(words);
  });

  test("an empty prompt", () => {
    expect(() => parseBundle(" \n ", SPEC_TEXT, BUILT_IN)).toThrow(
      "system_prompt.md, line 1: the prompt is empty",
    );
  });
});
