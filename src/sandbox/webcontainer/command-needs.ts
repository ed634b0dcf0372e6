/** What a command asks of the shell that runs it. */
export interface CommandNeeds {
  /** The commands it names, each once; those it defines itself, paths and computed names are left out. */
  words: string[];
  /** It is more than commands joined by pipes, `&&`, `||`, `;`: loops, conditions, substitutions, functions. */
  script: boolean;
  /** It is one simple command and nothing else. */
  single: boolean;
}

type Token = { kind: "word"; text: string; plain: boolean } | { kind: "operator"; text: string };

const KEYWORDS = new Set(
  "if then else elif fi for while until do done case esac function select { } [[ ]] in coproc".split(" "),
);
/** Keywords after which what follows up to the next separator is not a command. */
const NOT_COMMANDS = new Set(["for", "select", "case", "function"]);
/** Commands that run the command after them. */
const WRAPPERS = new Set(["env", "exec", "command", "nohup", "xargs", "time", "nice", "sudo", "builtin"]);
const OPERATOR = /^(?:;;|&&|\|\||\|&|[;|&()\n])/;
const REDIRECTION = /^(?:\d*(?:>>|>&|<&|>\||<>|>|<)|&>>?)/;

/** Reads a command as far as it must be known which shell can run it. Where it misreads, it finds more needs than there are. */
export function needsOf(command: string): CommandNeeds {
  const { tokens, script } = tokenize(withoutHereDocuments(command));
  const found = commandWords(tokens);
  const separators = tokens.some((token) => token.kind === "operator" && token.text.trim() !== "");
  const isScript = script || found.script;
  return {
    words: [...new Set(found.words)].filter((word) => !found.defined.has(word)),
    script: isScript,
    single: !isScript && !separators && found.words.length === 1,
  };
}

function withoutHereDocuments(command: string): string {
  return command.replaceAll(
    /<<-?[ \t]*(['"]?)(\w+)\1([^\n]*)\n(?:[\s\S]*?\n)?[ \t]*\2(?=\n|$)/g,
    // Kept as a substitution: no plain shell has here-documents.
    (_, _quote, _word, rest: string) => `<$() ${rest}`,
  );
}

function tokenize(text: string): { tokens: Token[]; script: boolean } {
  const tokens: Token[] = [];
  let script = false;
  let rest = text;
  while (rest !== "") {
    const space = /^(?:[ \t]|\\\n)+|^#[^\n]*/.exec(rest)?.[0];
    if (space !== undefined) {
      rest = rest.slice(space.length);
      continue;
    }
    const redirection = REDIRECTION.exec(rest)?.[0];
    if (redirection !== undefined) {
      rest = rest.slice(redirection.length);
      if (rest.startsWith("(") || rest.startsWith("$(")) script = true;
      else rest = rest.slice(/^[ \t]*/.exec(rest)?.[0].length ?? 0).replace(/^(?:&?\d+|-)(?![\w.])/, "");
      const target = readWord(rest);
      rest = rest.slice(target.length);
      continue;
    }
    const operator = OPERATOR.exec(rest)?.[0];
    if (operator !== undefined) {
      tokens.push({ kind: "operator", text: operator });
      rest = rest.slice(operator.length);
      continue;
    }
    const word = readWord(rest);
    script ||= word.script;
    tokens.push({ kind: "word", text: word.text, plain: word.plain });
    for (const inner of word.commands) tokens.push(...inside(inner));
    rest = rest.slice(Math.max(word.length, 1));
  }
  return { tokens, script };
}

/** A substitution's own tokens, between separators so that its first word is a command. */
function inside(command: string): Token[] {
  const separator: Token = { kind: "operator", text: ";" };
  return [separator, ...tokenize(command).tokens, { kind: "operator", text: ")" }];
}

interface Word {
  text: string;
  length: number;
  /** No expansion in it. */
  plain: boolean;
  script: boolean;
  /** The commands of its substitutions. */
  commands: string[];
}

const PIECES: [RegExp, (match: RegExpExecArray, word: Word) => void][] = [
  [/^'([^']*)'/, (match, word) => void (word.text += match[1])],
  [/^\\([\s\S])/, (match, word) => void (word.text += match[1])],
  [/^"((?:[^"\\]|\\[\s\S])*)"/, (match, word) => quoted(match[1] ?? "", word)],
  [/^\$\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/, (match, word) => substitution(match[1] ?? "", word)],
  [/^`([^`]*)`/, (match, word) => substitution(match[1] ?? "", word)],
  [/^\$\{(\w*)([^}]*)\}/, (match, word) => expansion(match[2] !== "", word)],
  [/^\$(?:\w+|[?!$#@*])/, (_, word) => expansion(false, word)],
  [/^[^\s'"`\\$;|&()<>]+|^[$'"`\\]/, (match, word) => void (word.text += match[0])],
];

function readWord(text: string): Word {
  const word: Word = { text: "", length: 0, plain: true, script: false, commands: [] };
  for (;;) {
    const rest = text.slice(word.length);
    const piece = PIECES.map(([pattern, take]) => ({ match: pattern.exec(rest), take })).find(
      ({ match }) => match !== null,
    );
    if (!piece?.match || piece.match[0] === "") return word;
    piece.take(piece.match, word);
    word.length += piece.match[0].length;
  }
}

function quoted(content: string, word: Word): void {
  word.text += content;
  if (/[$`]/.test(content)) word.plain = false;
  if (/\$\(|`|\$\{\w*[^\w}]/.test(content)) word.script = true;
  for (const match of content.matchAll(/\$\(((?:[^()]|\([^()]*\))*)\)|`([^`]*)`/g))
    word.commands.push(match[1] ?? match[2] ?? "");
}

function substitution(command: string, word: Word): void {
  expansion(true, word);
  // Arithmetic: `$(( … ))` names no command.
  if (!command.startsWith("(")) word.commands.push(command);
}

function expansion(script: boolean, word: Word): void {
  word.plain = false;
  word.script ||= script;
}

function commandWords(tokens: Token[]): { words: string[]; defined: Set<string>; script: boolean } {
  const words: string[] = [];
  const defined = new Set<string>();
  let script = false;
  let expects = true;
  let wrapped = false;
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "operator") {
      script ||= ["(", ")", ";;"].includes(token.text) && !isSubstitutionEnd(tokens, index);
      expects = token.text !== ";;";
      wrapped = false;
      continue;
    }
    const { text, plain } = token;
    if (!expects || (wrapped && text.startsWith("-")) || /^\w+\+?=/.test(text) || text === "!") continue;
    if (KEYWORDS.has(text) && plain) {
      script = true;
      expects = !NOT_COMMANDS.has(text);
      continue;
    }
    if (isDefinition(tokens, index)) defined.add(text);
    else if (plain && text !== "" && !text.includes("/")) words.push(text);
    wrapped = WRAPPERS.has(text);
    expects = wrapped;
  }
  return { words, defined, script };
}

function isDefinition(tokens: Token[], index: number): boolean {
  return isOperator(tokens[index + 1], "(") && isOperator(tokens[index + 2], ")");
}

function isSubstitutionEnd(tokens: Token[], index: number): boolean {
  return !isOperator(tokens[index], "(") && !tokens.slice(0, index).some((token) => isOperator(token, "("));
}

function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === "operator" && token.text === text;
}
