import { describe, expect, test } from "vitest";

import { parseArguments } from "../../../src/tools/parse-arguments.ts";

describe("arguments as models write them", () => {
  test.each<[string, unknown, unknown]>([
    ["an object", { a: 1 }, { a: 1 }],
    ["nothing", undefined, undefined],
    ["JSON", '{"a":1}', { a: 1 }],
    ["JSON with room around it", ' \n{"a": 1}\n ', { a: 1 }],
    ["an empty string", "", {}],
    ["blanks", " \n\t", {}],
    ["an empty string in JSON", '""', {}],
    ["JSON in a string of JSON", JSON.stringify('{"a":1}'), { a: 1 }],
    ["JSON in a string in a string", JSON.stringify(JSON.stringify('{"a":"\\n"}')), { a: "\n" }],
    ["a fence", '```\n{"a":1}\n```', { a: 1 }],
    ["a json fence", '```json\n{"a": {"b": 2}}\n```\n', { a: { b: 2 } }],
    ["a fence whose JSON holds a fence", '```json\n{"a":"```\\nx\\n```"}\n```', { a: "```\nx\n```" }],
    ["raw line breaks in a string", '{"a":"one\ntwo\r\nthree"}', { a: "one\ntwo\r\nthree" }],
    ["raw tabs in a string", '{"a":"\tx"}', { a: "\tx" }],
    ["raw breaks beside escapes", '{"a":"\\"quoted\\"\n\\\\","b":"\\t\n"}', { a: '"quoted"\n\\', b: "\t\n" }],
    ["breaks between tokens too", '{\n"a":"x\ny"\n,\n"b":2}', { a: "x\ny", b: 2 }],
    ["emoji and CJK", '{"a":"🙂世"}', { a: "🙂世" }],
    ["a list", "[1]", [1]],
    ["null", "null", null],
  ])("%s", (_name, given, wanted) => {
    expect(parseArguments(given)).toEqual(wanted);
  });

  test.each([
    '{"a":1',
    '{"file_path":"a","content":"half a fi',
    '{"a":"x"',
    '{"a":',
    "{",
    "[1,2",
    '{"a":"\\',
    '{"a":"\\u00',
    JSON.stringify('{"content":"half'),
    '```json\n{"a":"ha\n```',
    "plain words",
    "{a:1}",
    "{'a':1}",
    '{"a":1}{"b":2}',
    '{"a":1,}',
    "undefined",
  ])("%s is refused, never guessed at", (text) => {
    try {
      expect(parseArguments(text)).toBe("nothing: it should have been refused");
    } catch (error) {
      expect(error).toMatchObject({
        code: "bad-json",
        message: expect.stringMatching(/again.*complete, valid JSON/),
      });
      expect((error as Error).message.length).toBeLessThan(500);
    }
  });

  test("every cut of a long call is refused, at whatever character", () => {
    const whole = JSON.stringify({
      file_path: "a/b.txt",
      content: 'x "y" \\ \n 🙂 {"in":[1]}',
      append: false,
    });
    for (let at = 1; at < whole.length; at++) {
      expect(() => parseArguments(whole.slice(0, at)), whole.slice(0, at)).toThrow(
        expect.objectContaining({ code: "bad-json" }),
      );
    }
  });

  test("__proto__ stays a plain key", () => {
    const parsed = parseArguments('{"__proto__":{"a":1}}') as object;
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(Object.hasOwn(parsed, "__proto__")).toBe(true);
  });
});
