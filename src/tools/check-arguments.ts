import { OkcvmError } from "../domain/errors.ts";
import type { JsonSchema } from "../domain/tool-spec.ts";

/**
 * Checks arguments against a tool's schema and mends what models get wrong
 * without changing its meaning: a JSON string in place of an object or array, a
 * number or boolean written as a string, null for an argument left out. Fills
 * in defaults. Errors: `bad-arguments`, naming every problem at once.
 */
export function checkArguments(schema: JsonSchema, args: unknown): Record<string, unknown> {
  const problems: string[] = [];
  const value = check(schema, args ?? {}, "", problems);
  if (problems.length > 0) throw new OkcvmError("bad-arguments", problems.join(" "));
  return value as Record<string, unknown>;
}

function check(schema: JsonSchema, raw: unknown, path: string, problems: string[]): unknown {
  const value = mend(schema, raw);
  if (schema.type && !hasType(schema.type, value)) {
    problems.push(`${label(path)} must be ${withArticle(schema.type)}, not ${describe(value)}.`);
    return value;
  }
  if (schema.enum && !schema.enum.includes(value)) {
    problems.push(
      `${label(path)} must be one of ${schema.enum.map((one) => JSON.stringify(one)).join(", ")}, not ${quote(value)}.`,
    );
  }
  if (schema.anyOf && !schema.anyOf.some((option) => fitsOption(option, value))) {
    problems.push(noAlternative(schema.anyOf, path, value));
  }
  if (typeof value === "number") checkRange(schema, value, path, problems);
  if (Array.isArray(value) && schema.items) {
    const items = schema.items;
    return value.map((item, index) => check(items, item, `${path}[${index}]`, problems));
  }
  if (isRecord(value)) return checkObject(schema, value, path, problems);
  return value;
}

function checkObject(
  schema: JsonSchema,
  value: Record<string, unknown>,
  path: string,
  problems: string[],
): unknown {
  const properties = schema.properties ?? {};
  // Without a prototype: a model may send __proto__, and an argument may be named constructor.
  const out = Object.create(null) as Record<string, unknown>;
  for (const [name, item] of Object.entries(value)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const required = schema.required?.includes(name) ?? false;
    if (item === null && property && property.type !== "null" && !required) continue;
    if (property) out[name] = check(property, item, join(path, name), problems);
    else if (schema.additionalProperties === false)
      problems.push(unknownArgument(join(path, name), Object.keys(properties)));
    else out[name] = checkExtra(schema.additionalProperties, item, join(path, name), problems);
  }
  for (const [name, property] of Object.entries(properties)) {
    if (out[name] === undefined && property.default !== undefined) out[name] = property.default;
  }
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) problems.push(`${label(join(path, name))} is missing.`);
  }
  return { ...out };
}

/** An argument the schema does not name, where it says what such ones look like. */
function checkExtra(
  schema: JsonSchema["additionalProperties"],
  item: unknown,
  path: string,
  problems: string[],
): unknown {
  return typeof schema === "object" ? check(schema, item, path, problems) : item;
}

/** Whether a value is what one form of an `anyOf` describes. A null argument counts as left out. */
function fitsOption(option: JsonSchema, value: unknown): boolean {
  const given = isRecord(value)
    ? Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null))
    : value;
  const problems: string[] = [];
  check(option, given, "", problems);
  return problems.length === 0;
}

function noAlternative(options: JsonSchema[], path: string, value: unknown): string {
  const subject = path === "" ? "The call" : label(path);
  if (options.every((option) => option.required)) {
    return `${subject} needs ${options.map((option) => (option.required ?? []).join(" and ")).join(", or ")}.`;
  }
  const types = options.map((option) => option.type).filter((type) => type !== undefined);
  return `${subject} must be ${types.map(withArticle).join(" or ") || "one of the forms its schema allows"}, not ${describe(value)}.`;
}

function checkRange(schema: JsonSchema, value: number, path: string, problems: string[]): void {
  if (schema.minimum !== undefined && value < schema.minimum) {
    problems.push(`${label(path)} must be at least ${schema.minimum}, not ${value}.`);
  }
  if (schema.maximum !== undefined && value > schema.maximum) {
    problems.push(`${label(path)} must be at most ${schema.maximum}, not ${value}.`);
  }
}

function mend(schema: JsonSchema, value: unknown): unknown {
  if (typeof value !== "string" || !schema.type || schema.type === "string") return value;
  if (schema.type === "boolean") return value === "true" ? true : value === "false" ? false : value;
  if (schema.type === "integer" || schema.type === "number") {
    return value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : value;
  }
  try {
    const decoded: unknown = JSON.parse(value);
    return hasType(schema.type, decoded) ? decoded : value;
  } catch {
    // Not JSON: the type check below says what is expected.
    return value;
  }
}

function hasType(type: NonNullable<JsonSchema["type"]>, value: unknown): boolean {
  switch (type) {
    case "object":
      return isRecord(value);
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number" && Number.isFinite(value);
    case "null":
      return value === null;
    default:
      return typeof value === type;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unknownArgument(path: string, known: string[]): string {
  const takes =
    known.length === 0 ? "This tool takes no arguments." : `Known arguments: ${known.join(", ")}.`;
  return `${label(path)} is not an argument of this tool. ${takes}`;
}

function label(path: string): string {
  return path === "" ? "The arguments" : `"${path}"`;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function withArticle(type: string): string {
  if (type === "null") return "null";
  return /^[aeio]/.test(type) ? `an ${type}` : `a ${type}`;
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return typeof value === "object" ? "an object" : `${withArticle(typeof value)} (${quote(value)})`;
}

/** A value as JSON, cut short: an error must not repeat all that was sent. */
function quote(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
