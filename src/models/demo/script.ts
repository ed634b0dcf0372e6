import { LEGACY_ROOT } from "../../domain/ids.ts";
import type { Todo, TodoStatus } from "../../domain/todo.ts";
import type { ModelMessage, ModelRequest } from "../../ports/chat-model.ts";
import { SITE_CSS } from "./site-css.ts";
import { SITE_HTML } from "./site-html.ts";
import { SITE_JS } from "./site-js.ts";

/** What the script says and calls in one turn. */
export interface DemoTurn {
  text: string;
  calls: { name: string; args: Record<string, unknown> }[];
}

const TODO = "mshtools-todo_write";
const WRITE = "mshtools-write_file";
const SHELL = "mshtools-shell";
const DEPLOY = "mshtools-deploy_website";
const CHECK_PASSED = "Check passed";

const PLAN: readonly Pick<Todo, "id" | "content">[] = [
  { id: "plan", content: "Plan the tour" },
  { id: "write", content: "Write a small site: page, styles, script" },
  { id: "check", content: "Check the files in the shell" },
  { id: "deploy", content: "Deploy the folder and hand over the link" },
];

/**
 * The tour's next turn, found from the conversation alone: how many results
 * came since the last user message says which turn is next.
 */
export function nextTurn(request: ModelRequest): DemoTurn {
  const { messages } = request;
  const last = messages.findLastIndex((message) => message.role === "user");
  const asked = messages[last];
  const earlier = messages.slice(0, Math.max(0, last)).some((message) => message.role === "user");
  if (earlier && !/\b(demo|tour)\b/i.test(textOf(asked))) return say(NOT_A_MODEL);
  const missing = [TODO, WRITE, SHELL, DEPLOY].filter(
    (name) => !request.tools.some((tool) => tool.name === name),
  );
  if (missing.length > 0) {
    return say(
      `This tour needs tools that are not offered now: ${missing.join(", ")}. Go back to the built-in tools in Settings, then start it again.`,
    );
  }
  return tourTurn(rootOf(messages), messages.slice(last + 1));
}

interface Step {
  /** Names the step in a sentence about its failure. */
  label: string;
  results: number;
  /** What its results must hold, beyond not being errors. */
  expects?: string;
  turn: (root: string) => DemoTurn;
}

const STEPS: readonly Step[] = [
  { label: "writing the plan", results: 1, turn: planTurn },
  { label: "writing the files", results: 3, turn: filesTurn },
  { label: "the check in the shell", results: 1, expects: CHECK_PASSED, turn: checkTurn },
  { label: "deploying the site", results: 2, turn: deployTurn },
  { label: "ticking off the plan", results: 1, turn: doneTurn },
];

function tourTurn(root: string, since: ModelMessage[]): DemoTurn {
  const results = since.filter((message) => message.role === "tool").map((message) => message.content);
  let from = 0;
  for (const step of STEPS) {
    const own = results.slice(from, from + step.results);
    const failed = own.find((result) => isFailure(result, step));
    if (failed !== undefined) return say(failureWords(step.label, failed));
    if (own.length < step.results) return step.turn(root);
    from += step.results;
  }
  return closingTurn(root, results);
}

function isFailure(result: string, step: Step): boolean {
  return result.startsWith("Error") || (step.expects !== undefined && !result.includes(step.expects));
}

function failureWords(label: string, result: string): string {
  const shown = result.trim().slice(0, 1500);
  return `The tour stops here: ${label} failed. This is what the tool said:\n\n\`\`\`text\n${shown.replaceAll("```", "'''")}\n\`\`\`\n\nNothing after that step was done. Say "demo" to start the tour again.`;
}

function planTurn(): DemoTurn {
  return {
    text: "This is the guided demo. **A script is speaking, not a model**: the words and the files are prepared. The tools, the shell, the files and the site are real, and everything happens in this tab.\n\nFirst, a plan.",
    calls: [{ name: TODO, args: { todos: plan(1) } }],
  };
}

function filesTurn(root: string): DemoTurn {
  const write = (name: string, content: string) => ({
    name: WRITE,
    args: { file_path: `${root}/site/${name}`, content },
  });
  return {
    text: "Now three files, written at the same time. You can watch them appear under Files.",
    calls: [write("index.html", SITE_HTML), write("style.css", SITE_CSS), write("app.js", SITE_JS)],
  };
}

function checkTurn(root: string): DemoTurn {
  const command = [
    `cd "${root}/site"`,
    "ls -l",
    "wc -c index.html style.css app.js",
    "grep -n -F -e 'href=\"style.css\"' index.html",
    "grep -n -F -e 'src=\"app.js\"' index.html",
    "! grep -n -E 'https?://' index.html style.css app.js",
    `echo "${CHECK_PASSED}: the page finds its styles and its script, and names no other host."`,
  ].join(" && \\\n");
  return {
    text: "Next, a check that can fail: are the files there, does the page refer to its styles and script, and does it depend on no other host?",
    calls: [{ name: SHELL, args: { command, timeout: 20_000 } }],
  };
}

function deployTurn(root: string): DemoTurn {
  return {
    text: "The check passed. Now the folder becomes a site.",
    calls: [
      { name: TODO, args: { todos: plan(3) } },
      { name: DEPLOY, args: { type: "static", local_dir: `${root}/site` } },
    ],
  };
}

function doneTurn(): DemoTurn {
  return { text: "", calls: [{ name: TODO, args: { todos: plan(4) } }] };
}

function closingTurn(root: string, results: string[]): DemoTurn {
  // The deploy's result is the last but one; what follows it is the ticked-off plan.
  const url = /https?:\/\/[^\s"'<>()[\]]+/.exec(results.at(-2) ?? "")?.[0]?.replace(/[.,;:]+$/, "");
  if (url === undefined) {
    return say(
      `The folder was deployed, but the tool's result names no address. The files are in \`${root}/site\`.`,
    );
  }
  return say(
    `The site is up: [A computer in a tab](${url})\n\nWhat was really done: a plan of four items, three files written to \`${root}/site\`, one shell command that checked them, and one deploy. All of it is still here after a reload, and none of it needed a network.\n\nTo work with a real model, open **Settings**, choose a provider and enter a key (a local Ollama or LM Studio needs none), then ask for something of your own.`,
  );
}

const NOT_A_MODEL =
  'This is the guided demo: a script, not a model, so it cannot answer that. To get real answers, open **Settings**, choose a provider, enter a key (a local Ollama or LM Studio needs none) and press Test. To see the tour again, say "demo".';

function say(text: string): DemoTurn {
  return { text, calls: [] };
}

/** The plan with its first `done` items completed and the next in progress. */
function plan(done: number): Todo[] {
  return PLAN.map((item, index) => ({ ...item, status: statusAt(index, done), priority: "medium" }));
}

function statusAt(index: number, done: number): TodoStatus {
  if (index < done) return "completed";
  return index === done ? "in_progress" : "pending";
}

function rootOf(messages: ModelMessage[]): string {
  const system = messages.find((message) => message.role === "system")?.content ?? "";
  return /\/mnt\/okcvm-[0-9a-f]{8}/.exec(system)?.[0] ?? LEGACY_ROOT;
}

function textOf(message: ModelMessage | undefined): string {
  if (message?.role !== "user") return "";
  return message.content.map((part) => (part.type === "text" ? part.text : "")).join(" ");
}
