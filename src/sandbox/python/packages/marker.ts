import type { MarkerEnvironment } from "./environment.ts";
import { normalizeName } from "./names.ts";
import { isVersion, meets, parseSpecifier } from "./versions.ts";

/** A PEP 508 environment marker, read. */
export type Marker = { kind: "and" | "or"; left: Marker; right: Marker } | Comparison;

interface Comparison {
  kind: "compare";
  left: Operand;
  operator: string;
  right: Operand;
}

type Operand = { variable: keyof MarkerEnvironment | "extra" } | { text: string };

const VARIABLES = new Set<string>([
  "python_version",
  "python_full_version",
  "os_name",
  "sys_platform",
  "platform_system",
  "platform_machine",
  "platform_python_implementation",
  "platform_release",
  "platform_version",
  "implementation_name",
  "implementation_version",
  "extra",
]);
/** Names from before PEP 508 that it still allows. */
const OLD_NAMES: Readonly<Record<string, string>> = {
  "os.name": "os_name",
  "sys.platform": "sys_platform",
  "platform.version": "platform_version",
  "platform.machine": "platform_machine",
  "platform.python_implementation": "platform_python_implementation",
  python_implementation: "platform_python_implementation",
};
/** What is compared as versions where both sides are some. */
const VERSIONS = new Set([
  "python_version",
  "python_full_version",
  "implementation_version",
  "platform_release",
]);
const TOKEN = /\s*(?:([()])|(===|==|~=|!=|<=|>=|<|>)|"([^"]*)"|'([^']*)'|([A-Za-z_][A-Za-z0-9_.]*))/y;

interface Token {
  kind: "paren" | "operator" | "text" | "word";
  value: string;
}

/** null for a text that is no marker. */
export function parseMarker(text: string): Marker | null {
  const tokens = tokenize(text);
  if (!tokens) return null;
  const reader = { tokens, at: 0 };
  const marker = readOr(reader);
  return reader.at === tokens.length ? marker : null;
}

/** `extras`: those that are asked for. A marker on `extra` holds when it does for any of them. */
export function evaluateMarker(
  marker: Marker,
  environment: MarkerEnvironment,
  extras: Iterable<string> = [],
): boolean {
  const names = [...extras];
  return (names.length > 0 ? names : [""]).some((extra) => holds(marker, { ...environment, extra }));
}

function holds(marker: Marker, values: MarkerEnvironment & { extra: string }): boolean {
  switch (marker.kind) {
    case "and":
      return holds(marker.left, values) && holds(marker.right, values);
    case "or":
      return holds(marker.left, values) || holds(marker.right, values);
    case "compare":
      return compareOperands(marker, values);
  }
}

function compareOperands(marker: Comparison, values: MarkerEnvironment & { extra: string }): boolean {
  const valueOf = (operand: Operand) => ("text" in operand ? operand.text : values[operand.variable]);
  const named = [marker.left, marker.right].flatMap((one) => ("text" in one ? [] : [one.variable]));
  const sides = [valueOf(marker.left), valueOf(marker.right)] as const;
  if (named.includes("extra"))
    return compareTexts(normalizeName(sides[0]), marker.operator, normalizeName(sides[1]));
  if (named.some((name) => VERSIONS.has(name)) && isVersion(sides[0])) {
    const clauses = parseSpecifier(marker.operator + sides[1]);
    if (clauses && !marker.operator.endsWith("in")) return meets(sides[0], clauses);
  }
  return compareTexts(sides[0], marker.operator, sides[1]);
}

function compareTexts(left: string, operator: string, right: string): boolean {
  switch (operator) {
    case "in":
      return right.includes(left);
    case "not in":
      return !right.includes(left);
    case "==":
    case "===":
    case "<=":
    case ">=":
      // Texts have no order (PEP 508 as it stands today): only what is equal is not less and not more.
      return left === right;
    case "!=":
      return left !== right;
    default:
      return false;
  }
}

function tokenize(text: string): Token[] | null {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    const [, paren, operator, double, single, word] = match;
    if (paren !== undefined) tokens.push({ kind: "paren", value: paren });
    else if (operator !== undefined) tokens.push({ kind: "operator", value: operator });
    else if (word !== undefined) tokens.push({ kind: "word", value: word });
    else tokens.push({ kind: "text", value: double ?? single ?? "" });
  }
  return tokens;
}

interface Reader {
  tokens: Token[];
  at: number;
}

function readOr(reader: Reader): Marker | null {
  let left = readAnd(reader);
  while (left && takeWord(reader, "or")) {
    const right = readAnd(reader);
    left = right && { kind: "or", left, right };
  }
  return left;
}

function readAnd(reader: Reader): Marker | null {
  let left = readOne(reader);
  while (left && takeWord(reader, "and")) {
    const right = readOne(reader);
    left = right && { kind: "and", left, right };
  }
  return left;
}

function readOne(reader: Reader): Marker | null {
  if (takeParen(reader, "(")) {
    const inner = readOr(reader);
    return inner && takeParen(reader, ")") ? inner : null;
  }
  const left = readOperand(reader);
  const operator = left && readOperator(reader);
  const right = operator && readOperand(reader);
  // Two texts would compare nothing of the interpreter's.
  if (!left || !operator || !right || ("text" in left && "text" in right)) return null;
  return { kind: "compare", left, operator, right };
}

function readOperand(reader: Reader): Operand | null {
  const token = reader.tokens[reader.at];
  if (token?.kind !== "text" && token?.kind !== "word") return null;
  reader.at += 1;
  if (token.kind === "text") return { text: token.value };
  const name = OLD_NAMES[token.value] ?? token.value;
  return VARIABLES.has(name) ? { variable: name as keyof MarkerEnvironment | "extra" } : null;
}

function readOperator(reader: Reader): string | null {
  const token = reader.tokens[reader.at];
  if (token?.kind === "operator") {
    reader.at += 1;
    return token.value;
  }
  if (takeWord(reader, "in")) return "in";
  return takeWord(reader, "not") && takeWord(reader, "in") ? "not in" : null;
}

function takeWord(reader: Reader, word: string): boolean {
  return take(reader, "word", word);
}

function takeParen(reader: Reader, paren: string): boolean {
  return take(reader, "paren", paren);
}

function take(reader: Reader, kind: Token["kind"], value: string): boolean {
  const token = reader.tokens[reader.at];
  if (token?.kind !== kind || token.value !== value) return false;
  reader.at += 1;
  return true;
}
