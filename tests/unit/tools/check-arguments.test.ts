import { describe, expect, test } from "vitest";

import type { JsonSchema } from "../../../src/domain/tool-spec.ts";
import { checkArguments } from "../../../src/tools/check-arguments.ts";
import { SHIPPED_SPECS } from "../../support/ports/tool-context.ts";

const object = (properties: Record<string, JsonSchema>, more: Partial<JsonSchema> = {}): JsonSchema => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...more,
});
const json = (text: string): unknown => JSON.parse(text);

/** The message of a refusal; it always is one a model can read. */
function refusal(schema: JsonSchema, args: unknown): string {
  try {
    checkArguments(schema, args);
  } catch (error) {
    expect(error).toMatchObject({ name: "OkcvmError", code: "bad-arguments" });
    return (error as Error).message;
  }
  throw new Error(`It was taken: ${JSON.stringify(args)}`);
}

const MANY = object(
  {
    text: { type: "string" },
    whole: { type: "integer", default: 7 },
    real: { type: "number", minimum: 0.5, maximum: 22 },
    yes: { type: "boolean", default: false },
    list: { type: "array", items: { type: "string" } },
    inner: object({ a: { type: "integer" } }, { required: ["a"] }),
    pick: { type: "string", enum: ["x", "y"] },
  },
  { required: ["text"] },
);

describe("what is mended", () => {
  test.each([
    [{ text: "a" }, { text: "a", whole: 7, yes: false }],
    [
      { text: "a", whole: "12", real: "1.5", yes: "true" },
      { text: "a", whole: 12, real: 1.5, yes: true },
    ],
    [
      { text: "a", list: '["b","c"]' },
      { text: "a", list: ["b", "c"], whole: 7, yes: false },
    ],
    [
      { text: "a", inner: '{"a":"3"}' },
      { text: "a", inner: { a: 3 }, whole: 7, yes: false },
    ],
    [
      { text: "a", whole: null, real: null, list: null, pick: null },
      { text: "a", whole: 7, yes: false },
    ],
    [{ text: '["stays a string"]' }, { text: '["stays a string"]', whole: 7, yes: false }],
    [{ text: "12" }, { text: "12", whole: 7, yes: false }],
  ])("%j becomes %j", (given, wanted) => {
    const before = structuredClone(given);
    expect(checkArguments(MANY, given)).toEqual(wanted);
    expect(given).toEqual(before);
  });

  test("no arguments at all are an empty object", () => {
    for (const nothing of [undefined, null, {}]) expect(checkArguments(object({}), nothing)).toEqual({});
  });

  test("strings of JSON inside arrays, several deep", () => {
    const schema = object({
      rows: { type: "array", items: { type: "array", items: object({ n: { type: "number" } }) } },
    });
    expect(checkArguments(schema, { rows: '[["{\\"n\\": 1}"], "[{\\"n\\": \\"2\\"}]"]' })).toEqual({
      rows: [[{ n: 1 }], [{ n: 2 }]],
    });
  });
});

describe("what is refused", () => {
  test.each([
    [{}, /"text" is missing/],
    [{ text: null }, /"text" must be a string, not null/],
    [{ text: 5 }, /"text" must be a string, not a number \(5\)/],
    [{ text: "a", whole: 1.5 }, /"whole" must be an integer/],
    [{ text: "a", whole: "many" }, /"whole".*"many"/],
    [{ text: "a", whole: "" }, /"whole" must be an integer/],
    [{ text: "a", whole: " " }, /"whole" must be an integer/],
    [{ text: "a", real: 0.4 }, /"real" must be at least 0\.5/],
    [{ text: "a", real: "22.1" }, /"real" must be at most 22/],
    [{ text: "a", real: "Infinity" }, /"real" must be a number/],
    [{ text: "a", yes: "maybe" }, /"yes" must be a boolean/],
    [{ text: "a", yes: 1 }, /"yes" must be a boolean/],
    [{ text: "a", list: "b" }, /"list" must be an array/],
    [{ text: "a", list: '{"a":1}' }, /"list" must be an array/],
    [{ text: "a", list: ["b", 1, null] }, /"list\[1\]".*"list\[2\]"/],
    [{ text: "a", inner: [] }, /"inner" must be an object, not an array/],
    [{ text: "a", inner: {} }, /"inner\.a" is missing/],
    [{ text: "a", pick: "z" }, /"pick" must be one of "x", "y", not "z"/],
    [{ text: "a", tekst: 1 }, /"tekst" is not an argument.*text, whole/],
    [[], /must be an object, not an array/],
    ["text", /must be an object/],
    [5, /must be an object/],
  ])("%j", (args, words) => {
    expect(refusal(MANY, args)).toMatch(words);
  });

  test("every fault is named at once", () => {
    const message = refusal(MANY, { whole: "x", pick: "z", odd: 1 });
    for (const piece of ["text", "whole", "pick", "odd"]) expect(message).toContain(`"${piece}"`);
  });

  test("a tool without arguments says so", () => {
    expect(refusal(object({}), { a: 1 })).toMatch(/"a".*no arguments/);
  });

  test("an object nested 20,000 deep is refused in words, not by a full stack", () => {
    const deep = json(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
    expect(
      refusal(object({ a: { type: "array" } }), {
        a: json(`${"[".repeat(20_000)}${"]".repeat(20_000)}`),
        b: deep,
      }),
    ).toMatch(/"b"/);
  });

  test("an object nested 20,000 deep in place of a string too", () => {
    const deep = json(`${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`);
    expect(refusal(object({ a: { type: "string" } }), { a: deep })).toMatch(/"a"/);
  });

  test("an error never repeats a huge value", () => {
    expect(refusal(MANY, { text: "a", pick: "z".repeat(100_000) }).length).toBeLessThan(2_000);
  });
});

describe("names of the prototype", () => {
  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s is an unknown argument like any other",
    (name) => {
      expect(refusal(MANY, json(`{"text": "a", "${name}": {"yes": true}}`))).toContain(`"${name}"`);
      expect(refusal(object({}, { required: [name] }), {})).toMatch(/is missing/);
    },
  );

  test("nothing leaks into the prototype of all objects", () => {
    checkArguments(
      { type: "object" },
      json('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
    );
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("__proto__ gives no arguments by the back door of an open schema", () => {
    const schema: JsonSchema = {
      type: "object",
      properties: { url: { type: "string" } },
      anyOf: [{ required: ["url"] }],
    };
    expect(refusal(schema, json('{"__proto__": {"url": 5}}'))).toMatch(/url/);
  });

  test("an argument named constructor gets its default", () => {
    const checked = checkArguments(
      object({ ["constructor"]: { type: "string", default: "d" } } as Record<string, JsonSchema>),
      {},
    );
    expect(Object.hasOwn(checked, "constructor")).toBe(true);
  });
});

describe("anyOf of the contract", () => {
  const transcribe = SHIPPED_SPECS.find((spec) => spec.parameters.anyOf) as (typeof SHIPPED_SPECS)[number];
  const choices = (transcribe.parameters.anyOf ?? []).map((option) => option.required?.[0] as string);

  test("needs one of its choices, and takes either", () => {
    expect(choices.length).toBeGreaterThan(1);
    const message = refusal(transcribe.parameters, {});
    for (const choice of choices) {
      expect(message).toContain(choice);
      expect(checkArguments(transcribe.parameters, { [choice]: "x" })).toMatchObject({ [choice]: "x" });
    }
    expect(refusal(transcribe.parameters, { [choices[0] as string]: null })).toContain("needs");
  });

  test("of types refuses what fits none", () => {
    expect(
      refusal(object({ a: { anyOf: [{ type: "string" }, { type: "integer" }] } }), { a: { odd: true } }),
    ).toMatch(/"a"/);
  });
});

describe("an open schema", () => {
  test("passes unknown arguments through", () => {
    expect(
      checkArguments({ type: "object", properties: {}, additionalProperties: true }, { a: { b: [1] } }),
    ).toEqual({ a: { b: [1] } });
  });

  test("of a kind checks that kind", () => {
    expect(refusal({ type: "object", additionalProperties: { type: "string" } }, { a: 5 })).toMatch(/"a"/);
  });
});
