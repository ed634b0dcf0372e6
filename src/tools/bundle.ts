import type { Node } from "jsonc-parser";
import type { ToolSpec } from "../domain/tool-spec.ts";
import type { Bundle } from "../ports/settings-store.ts";
import { badBundle, kindOf, parseJsonDocument, propertyOf, type JsonDocument } from "./bundle-json.ts";
import { readParameters } from "./bundle-schema.ts";

// What every endpoint takes as a function's name.
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * A bundle from the text of its two files. The tools are {"tools": […]} or the
 * bare list, each {name, description, parameters} or
 * {"type": "function", "function": {…}}; other keys are ignored.
 * `builtIn` lends a tool of ours its description when it has none, and says
 * which arguments our implementation takes.
 * Errors: `bad-bundle` with file, line and reason.
 */
export function parseBundle(
  systemPrompt: string,
  toolsJson: string,
  builtIn: readonly ToolSpec[] = [],
): Bundle {
  const prompt = systemPrompt.replace(/^\uFEFF/, "");
  if (prompt.trim() === "") {
    throw badBundle("system_prompt.md", 1, "the prompt is empty. Write what the agent should know and do.");
  }
  const nul = prompt.indexOf("\0");
  if (nul >= 0) {
    const line = prompt.slice(0, nul).split("\n").length;
    throw badBundle("system_prompt.md", line, "it holds a NUL character, so it is not a text file.");
  }
  const document = parseJsonDocument(toolsJson);
  const ours = new Map(builtIn.map((spec) => [spec.name, spec]));
  const lines = new Map<string, number>();
  const tools = toolNodes(document).map((node, index) => {
    const spec = readTool(document, node, { index, ours });
    const earlier = lines.get(spec.name);
    const line = document.lineOf(node);
    if (earlier !== undefined) {
      throw badBundle(
        "tools.json",
        line,
        `the tool ${spec.name} is there twice, first on line ${earlier}. Remove one.`,
      );
    }
    lines.set(spec.name, line);
    return spec;
  });
  return { systemPrompt: prompt, tools };
}

function toolNodes(document: JsonDocument): Node[] {
  const { root } = document;
  const list = root.type === "array" ? root : propertyOf(root, "tools");
  if (!list) {
    const found = root.type === "object" ? 'an object without "tools"' : kindOf(root);
    throw badBundle(
      "tools.json",
      document.lineOf(root),
      `the file holds ${found}, not {"tools": […]} or a list of tools.`,
    );
  }
  if (list.type !== "array") {
    throw badBundle("tools.json", document.lineOf(list), `"tools" is ${kindOf(list)}, not a list.`);
  }
  const nodes = list.children ?? [];
  if (nodes.length === 0) throw badBundle("tools.json", document.lineOf(list), "the list of tools is empty.");
  return nodes;
}

function readTool(
  document: JsonDocument,
  entry: Node,
  known: { index: number; ours: Map<string, ToolSpec> },
): ToolSpec {
  const label = `tool ${known.index + 1} of the list`;
  const tool = unwrapFunction(document, entry, label);
  const nameNode = propertyOf(tool, "name");
  if (nameNode?.type !== "string") {
    throw badBundle(
      "tools.json",
      document.lineOf(nameNode ?? tool),
      `${label} has no "name" that is a string.`,
    );
  }
  const name = String(nameNode.value);
  if (!TOOL_NAME.test(name)) {
    const takes = "A name is 1 to 64 letters, digits, underscores and hyphens";
    throw badBundle(
      "tools.json",
      document.lineOf(nameNode),
      `${label} is named ${JSON.stringify(name)}. ${takes}.`,
    );
  }
  const ours = known.ours.get(name);
  const description = readDescription(document, tool, { name, ours });
  return { name, description, parameters: readParameters({ document, name, ours }, tool) };
}

function unwrapFunction(document: JsonDocument, entry: Node, label: string): Node {
  if (entry.type !== "object") {
    throw badBundle("tools.json", document.lineOf(entry), `${label} is ${kindOf(entry)}, not an object.`);
  }
  const inner = propertyOf(entry, "function");
  if (!inner) return entry;
  const type = propertyOf(entry, "type");
  if (type && type.value !== "function") {
    throw badBundle("tools.json", document.lineOf(type), `${label} has a "type" other than "function".`);
  }
  if (inner.type !== "object") {
    throw badBundle(
      "tools.json",
      document.lineOf(inner),
      `${label} has a "function" that is ${kindOf(inner)}, not an object.`,
    );
  }
  return inner;
}

function readDescription(
  document: JsonDocument,
  tool: Node,
  known: { name: string; ours: ToolSpec | undefined },
): string {
  const node = propertyOf(tool, "description");
  if (node && node.type !== "string") {
    throw badBundle(
      "tools.json",
      document.lineOf(node),
      `the tool ${known.name} has a description that is ${kindOf(node)}.`,
    );
  }
  const text = String(node?.value ?? "");
  if (text.trim() !== "") return text;
  if (known.ours) return known.ours.description;
  throw badBundle(
    "tools.json",
    document.lineOf(node ?? tool),
    `the tool ${known.name} has no description, and it is none of the built-in ones.`,
  );
}
