import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Tool {
  name: string;
  description?: string;
  parameters: Record<string, unknown>;
}

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
const spec = (JSON.parse(read("../../../spec/tools.json")) as { tools: Tool[] }).tools;
const contract = (JSON.parse(read("../../support/contract-tools.json")) as { tools: Tool[] }).tools;
const prompt = read("../../../spec/system_prompt.md");

/** A schema without its `description` keywords; a property that happens to be named description stays. */
function strip(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strip);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key]) => key !== "description");
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === "properties" ? stripProperties(value as object) : strip(value),
    ]),
  );
}

function stripProperties(properties: object): unknown {
  return Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, strip(schema)]));
}

test("the 24 tools are the contract's, in its order", () => {
  expect(contract).toHaveLength(24);
  expect(spec.map((tool) => tool.name)).toEqual(contract.map((tool) => tool.name));
  for (const tool of spec) expect(Object.keys(tool)).toEqual(["name", "description", "parameters"]);
});

test.each(contract.map((tool, index) => [tool.name, index] as const))(
  "%s takes exactly the contract's arguments",
  (name, index) => {
    const expected = structuredClone(contract[index]?.parameters ?? {}) as {
      properties: Record<string, unknown>;
      required?: string[];
    };
    // The contract file lost the properties that are named description; their names are still required.
    if (expected.required?.includes("description")) expected.properties["description"] = { type: "string" };
    expect(strip(spec[index]?.parameters)).toEqual(strip(expected));
    expect(spec[index]?.name).toBe(name);
  },
);

test("every tool and every argument is described", () => {
  const bare: string[] = [];
  const walk = (where: string, schema: Record<string, unknown>): void => {
    for (const [name, property] of Object.entries(
      (schema["properties"] ?? {}) as Record<string, Record<string, unknown>>,
    )) {
      const text = property["description"];
      if (typeof text !== "string" || text.length < 15) bare.push(`${where}.${name}`);
      walk(`${where}.${name}`, (property["items"] ?? property) as Record<string, unknown>);
    }
  };
  for (const tool of spec) {
    if ((tool.description ?? "").length < 80) bare.push(tool.name);
    walk(tool.name, tool.parameters);
  }
  expect(bare).toEqual([]);
});

test("the prompt is short, uses the four placeholders and names no tool itself", () => {
  expect(prompt.split(/\s+/).filter((word) => word !== "").length).toBeLessThan(1200);
  expect([...new Set(prompt.match(/\{\{\w+\}\}/g))].toSorted()).toEqual([
    "{{date}}",
    "{{root}}",
    "{{tools}}",
    "{{uploads}}",
  ]);
  for (const { name } of spec) {
    expect(prompt).not.toContain(name);
    const short = name.replace("mshtools-", "");
    if (short.includes("_")) expect(prompt).not.toContain(short);
  }
});
