import type { Node } from "jsonc-parser";
import type { JsonSchema, ToolSpec } from "../domain/tool-spec.ts";
import { badBundle, kindOf, propertiesOf, propertyOf, valueOf, type JsonDocument } from "./bundle-json.ts";

/** What a check needs to say where it is. */
export interface ToolSite {
  document: JsonDocument;
  name: string;
  /** Our own spec of that name, when we have one. */
  ours: ToolSpec | undefined;
}

/**
 * The parameters of one tool as a schema we can offer. A `description` that is
 * required but not listed is filled in: a known copy of the contract lost that
 * property, and a schema without it is refused by strict endpoints.
 * Errors: `bad-bundle`.
 */
export function readParameters(site: ToolSite, tool: Node): JsonSchema {
  const node = propertyOf(tool, "parameters");
  if (!node)
    throw refuse(
      site,
      tool,
      'has no "parameters". A tool without arguments has {"type":"object","properties":{}}',
    );
  if (node.type !== "object")
    throw refuse(site, node, `has "parameters" that are ${kindOf(node)}, not an object schema`);
  const type = propertyOf(node, "type");
  if (type?.value !== "object")
    throw refuse(site, type ?? node, 'has "parameters" whose "type" is not "object"');
  const properties = readProperties(site, node);
  const required = readRequired(site, node);
  const schema = valueOf(node) as JsonSchema;
  for (const { name, at } of required) {
    if (properties.has(name)) continue;
    if (name !== "description")
      throw refuse(site, at, `requires "${name}" but lists no property of that name`);
    const text = site.ours?.parameters.properties?.["description"] ?? { type: "string" };
    schema.properties = { description: text, ...schema.properties };
  }
  checkAgainstOurs(site, node, schema);
  return schema;
}

function readProperties(site: ToolSite, parameters: Node): Set<string> {
  const node = propertyOf(parameters, "properties");
  if (!node) return new Set();
  if (node.type !== "object")
    throw refuse(site, node, `has "properties" that are ${kindOf(node)}, not an object`);
  const names = new Set<string>();
  for (const { name, value } of propertiesOf(node)) {
    if (value.type !== "object")
      throw refuse(site, value, `has a property "${name}" that is ${kindOf(value)}, not a schema`);
    if (names.has(name)) throw refuse(site, value, `lists the property "${name}" twice`);
    names.add(name);
  }
  return names;
}

function readRequired(site: ToolSite, parameters: Node): { name: string; at: Node }[] {
  const node = propertyOf(parameters, "required");
  if (!node) return [];
  if (node.type !== "array")
    throw refuse(site, node, `has "required" that is ${kindOf(node)}, not an array of names`);
  return (node.children ?? []).map((at) => {
    if (at.type !== "string") throw refuse(site, at, `has "required" that holds ${kindOf(at)}, not a name`);
    return { name: String(at.value), at };
  });
}

/** Refuses a schema that would keep a model from giving our implementation what it takes. */
function checkAgainstOurs(site: ToolSite, parameters: Node, schema: JsonSchema): void {
  const listed = propertyOf(parameters, "properties") ?? parameters;
  for (const [name, ours] of Object.entries(site.ours?.parameters.properties ?? {})) {
    const theirs = schema.properties?.[name];
    if (!theirs) {
      throw refuse(
        site,
        listed,
        `lacks the argument "${name}" (${ours.type ?? "any type"}), which this tool takes`,
      );
    }
    const at = propertyOf(listed, name) ?? listed;
    checkType(site, at, `the argument "${name}"`, { theirs, ours });
    if (ours.items && theirs.items) {
      checkType(site, at, `the items of "${name}"`, { theirs: theirs.items, ours: ours.items });
    }
  }
}

function checkType(
  site: ToolSite,
  at: Node,
  what: string,
  schemas: { theirs: JsonSchema; ours: JsonSchema },
): void {
  const wanted = schemas.ours.type;
  if (wanted === undefined) return;
  const types = typesOf(schemas.theirs);
  if (types.includes(wanted) || (wanted === "number" && types.includes("integer"))) return;
  const given = types.length === 0 ? "no type" : types.join(" or ");
  throw refuse(site, at, `gives ${what} ${given}, but this tool takes ${wanted}`);
}

/** Every type a schema allows, through a list of types or its alternatives. */
function typesOf(schema: JsonSchema): string[] {
  const own: unknown = schema.type;
  if (typeof own === "string") return [own];
  if (Array.isArray(own)) return own.filter((type) => typeof type === "string");
  const alternatives: unknown = schema.anyOf ?? schema["oneOf"];
  if (!Array.isArray(alternatives)) return [];
  return alternatives.flatMap((item: unknown) =>
    typeof item === "object" && item !== null ? typesOf(item as JsonSchema) : [],
  );
}

function refuse(site: ToolSite, at: Node, reason: string): Error {
  return badBundle("tools.json", site.document.lineOf(at), `the tool ${site.name} ${reason}.`);
}
