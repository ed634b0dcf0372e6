import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { OkcvmError } from "../domain/errors.ts";

/** The two files of a bundle, as messages name them. */
export type BundleFile = "system_prompt.md" | "tools.json";

/** Kinds a JSON value can have, as messages name them. */
type JsonKind = NonNullable<Node["type"]>;

const MAX_CHARACTERS = 2_000_000;

const REASONS: Record<string, string> = {
  InvalidSymbol: "this is not JSON; text needs double quotes",
  InvalidNumberFormat: "this is not a JSON number",
  PropertyNameExpected:
    "a property name in double quotes belongs here, without a comma before the closing brace",
  ValueExpected: "a value belongs here, without a comma before the closing bracket",
  ColonExpected: "a colon is missing",
  CommaExpected: "a comma is missing",
  CloseBraceExpected: "a closing brace } is missing",
  CloseBracketExpected: "a closing bracket ] is missing",
  EndOfFileExpected: "there is more text after the end of the JSON",
  InvalidCommentToken: "JSON has no comments; remove this one",
  UnexpectedEndOfComment: "JSON has no comments; remove this one",
  UnexpectedEndOfString: "this text has no closing quote on its line",
  UnexpectedEndOfNumber: "this number is cut short",
  InvalidUnicode: "this \\u escape is not four hexadecimal digits",
  InvalidEscapeCharacter: "this backslash escape is not one of JSON's",
  InvalidCharacter: "this character must be written as an escape, for example \\n",
};

/** Strict JSON whose every value knows its line. */
export interface JsonDocument {
  root: Node;
  /** Line of an offset, counted from 1. */
  lineOf(node: Node): number;
}

/** A refusal that names the file, the line and the reason. */
export function badBundle(file: BundleFile, line: number, reason: string): OkcvmError {
  return new OkcvmError("bad-bundle", `${file}, line ${line}: ${reason}`);
}

/** Parses tools.json as strict JSON: no comments, no trailing commas. Errors: `bad-bundle`. */
export function parseJsonDocument(source: string): JsonDocument {
  const text = source.startsWith("\uFEFF") ? source.slice(1) : source;
  if (text.length > MAX_CHARACTERS) {
    throw badBundle(
      "tools.json",
      1,
      `the file has over ${MAX_CHARACTERS} characters; that is no tools file.`,
    );
  }
  if (text.trim() === "") throw badBundle("tools.json", 1, 'the file is empty. It holds {"tools": […]}.');
  const errors: ParseError[] = [];
  const root = parseTreeSafely(text, errors);
  const first = errors.toSorted((a, b) => a.offset - b.offset)[0];
  if (first) {
    const reason = REASONS[printParseErrorCode(first.error)] ?? "this is not JSON";
    throw badBundle("tools.json", lineAt(text, first.offset), `${reason}.`);
  }
  if (!root) throw badBundle("tools.json", 1, "this is not JSON.");
  return { root, lineOf: (node) => lineAt(text, node.offset) };
}

/** The value at a property of an object node; undefined when it is not there or `node` is no object. */
export function propertyOf(node: Node, name: string): Node | undefined {
  return node.type === "object" ? findNodeAtLocation(node, [name]) : undefined;
}

/** The properties of an object node in their order. */
export function propertiesOf(node: Node): { name: string; value: Node }[] {
  return (node.children ?? []).flatMap((property) => {
    const [key, value] = property.children ?? [];
    return key && value ? [{ name: String(key.value), value }] : [];
  });
}

/** "a string", "an object": for sentences. */
export function kindOf(node: Node): string {
  const kind: JsonKind = node.type;
  return kind === "object" || kind === "array" ? `an ${kind}` : kind === "null" ? "null" : `a ${kind}`;
}

/** A plain value from a node. A later duplicate of a key wins, as in JSON.parse. */
export function valueOf(node: Node): unknown {
  if (node.type === "array") return (node.children ?? []).map(valueOf);
  if (node.type !== "object") return node.value;
  // fromEntries defines "__proto__" as a plain property, where an assignment would set the prototype.
  return Object.fromEntries(propertiesOf(node).map(({ name, value }) => [name, valueOf(value)]));
}

function parseTreeSafely(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, {
      disallowComments: true,
      allowTrailingComma: false,
      allowEmptyContent: false,
    });
  } catch (error) {
    if (error instanceof RangeError) throw badBundle("tools.json", 1, "the JSON is nested too deeply.");
    throw error;
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\r|\n/).length;
}
