import type { RunEvent } from "../../../src/domain/events.ts";
import type { ToolResult } from "../../../src/domain/message.ts";
import { SITE_STEPS } from "./seed-history.ts";

/** A run event without its place in time, and how long to wait before it. */
export interface Beat {
  wait: number;
  event: (now: number) => RunEvent;
}

const LONG_REPLY = `## What was built

The site is a single page in \`site/\` and needs nothing from elsewhere. It is **published** and open in the preview.

| File | Lines | What it holds |
|---|---:|---|
| \`index.html\` | 84 | the page itself, with the diagram inline |
| \`style.css\` | 132 | both themes, and one breakpoint at 640 px |
| \`tides.js\` | 61 | the motion, which stops for reduced motion |

- [x] Every link resolves
- [x] The page works without a network
- [ ] A second language

\`\`\`js
/** Height of the water above mean level, in metres. */
export function tide(hours, { amplitude = 1.4, period = 12.42 } = {}) {
  const phase = (2 * Math.PI * hours) / period;
  return amplitude * Math.cos(phase); // the moon's own share only, and this comment is long enough to need the scroll bar
}
\`\`\`

> Spring tides come when sun and moon pull along one line.

See [how tides are predicted](https://example.org/tides) or ![a map of the bay](https://example.org/map.png). 潮汐はどのように起こるのか。A word that does not end: ${"tidewater".repeat(14)}.`;

const ok = (output: string, extra: Partial<ToolResult> = {}): ToolResult => ({ ok: true, output, ...extra });

export interface Call {
  name: string;
  args: unknown;
  result: ToolResult;
  prints?: string[];
  time?: number;
  snapshotId?: string;
}

export function callBeats(id: string, call: Call): Beat[] {
  const callId = `${id}-${Math.random().toString(36).slice(2, 8)}`;
  const text = JSON.stringify(call.args);
  const half = Math.ceil(text.length / 2);
  return [
    { wait: 40, event: () => ({ type: "call", callId, name: call.name }) },
    { wait: 30, event: () => ({ type: "arguments", callId, delta: text.slice(0, half) }) },
    { wait: 30, event: () => ({ type: "arguments", callId, delta: text.slice(half) }) },
    { wait: 30, event: (at) => ({ type: "tool-start", callId, at }) },
    ...(call.prints ?? []).map((chunk): Beat => ({
      wait: 60,
      event: () => ({ type: "tool-output", callId, chunk }),
    })),
    {
      wait: call.time ?? 120,
      event: (at) => ({
        type: "tool-end",
        callId,
        at,
        result: call.result,
        ...(call.snapshotId ? { snapshotId: call.snapshotId } : {}),
      }),
    },
  ];
}

const plan = (done: number): unknown => ({
  todos: ["Draw the page", "Write the motion", "Check the links", "Publish it"].map((content, index) => ({
    id: String(index + 1),
    content,
    status: index < done ? "completed" : index === done ? "in_progress" : "pending",
    priority: "medium",
  })),
});

export function textBeats(text: string, size: number, wait: number): Beat[] {
  const beats: Beat[] = [];
  for (let at = 0; at < text.length; at += size) {
    const delta = text.slice(at, at + size);
    beats.push({ wait, event: () => ({ type: "text", delta }) });
  }
  return beats;
}

export const stepStart: Beat = { wait: 20, event: (at) => ({ type: "step-start", model: "kimi-k2.5", at }) };
const request: Beat = { wait: 5, event: () => ({ type: "request", bytes: 18_204 }) };
export const stepEnd = (finish: string): Beat => ({
  wait: 10,
  event: (at) => ({
    type: "step-end",
    at,
    finish,
    usage: { input: 4212, output: 388, cachedInput: 3584 },
    replyBytes: 1880,
  }),
});

/** A run in which every kind of card appears; `speed` multiplies the waits. */
export function siteRun(deploymentUrl: string): Beat[] {
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNgqPiPBzGMSmNDALG+lQGXnmVbAAAAAElFTkSuQmCC";
  return [
    stepStart,
    request,
    { wait: 50, event: () => ({ type: "first-token", ms: 420 }) },
    ...[
      "The person wants a page about tides. ",
      "I will plan first, ",
      "then write three files, check them and publish.",
    ].map((delta): Beat => ({ wait: 80, event: () => ({ type: "reasoning", delta }) })),
    ...callBeats("plan", { name: "mshtools-todo_write", args: plan(0), result: ok("The plan has 4 items.") }),
    stepEnd("tool_calls"),
    stepStart,
    request,
    ...textBeats("I start with the page, then the motion.", 8, 25),
    ...callBeats("w1", {
      name: "mshtools-write_file",
      args: { file_path: "site/index.html", content: "<!doctype html>\n".repeat(60) },
      result: ok("Wrote site/index.html."),
      snapshotId: SITE_STEPS.page,
    }),
    ...callBeats("w2", {
      name: "mshtools-write_file",
      args: { file_path: "site/style.css", content: "body {}\n" },
      result: ok("Wrote site/style.css."),
      snapshotId: SITE_STEPS.style,
    }),
    ...callBeats("w3", {
      name: "mshtools-write_file",
      args: { file_path: "site/tides.js", content: "export {}\n" },
      result: ok("Wrote site/tides.js."),
      snapshotId: SITE_STEPS.motion,
    }),
    ...callBeats("r1", {
      name: "mshtools-read_file",
      args: { file_path: "site/index.html" },
      result: ok("     1\t<!doctype html>"),
    }),
    ...callBeats("s0", {
      name: "mshtools-shell",
      args: { command: "cat site/missing.html" },
      result: {
        ok: false,
        output: "cat: site/missing.html: No such file or directory",
        error: {
          code: "not-found",
          message: "The command ended with exit code 1: cat: site/missing.html: No such file or directory.",
        },
      },
    }),
    stepEnd("tool_calls"),
    stepStart,
    request,
    ...textBeats("Now a check of every link.", 8, 25),
    ...callBeats("s1", {
      name: "mshtools-shell",
      args: { command: 'grep -o \'href="[^"]*"\' site/index.html | sort | uniq -c' },
      prints: ['   1 href="style.css"\n', '   4 href="#how"\n', '   1 href="#why"\n'],
      result: ok('   1 href="style.css"\n   4 href="#how"\n   1 href="#why"\n'),
      time: 900,
    }),
    ...callBeats("i1", {
      name: "draw_diagram",
      args: { height: 40 },
      result: ok("Drew it.", {
        content: [{ type: "image", mediaType: "image/png", data: png, path: "output/diagram.png" }],
      }),
    }),
    ...callBeats("d1", {
      name: "mshtools-deploy_website",
      args: { type: "static", local_dir: "site" },
      result: ok(`Published at ${deploymentUrl}`, {
        content: [{ type: "site", url: deploymentUrl, deploymentId: "k3f9x2ab7c", title: "How tides work" }],
      }),
    }),
    ...callBeats("plan2", {
      name: "mshtools-todo_write",
      args: plan(4),
      result: ok("The plan has 4 items."),
    }),
    stepEnd("tool_calls"),
    stepStart,
    request,
    ...textBeats(LONG_REPLY, 22, 24),
    stepEnd("stop"),
    { wait: 10, event: (at) => ({ type: "run-end", at, status: "done" }) },
  ];
}

/** A run that is refused twice by its provider and then fails. */
export function failingRun(): Beat[] {
  const reason = {
    code: "rate-limited" as const,
    message: "The provider says there were too many requests.",
  };
  return [
    stepStart,
    request,
    ...textBeats("I will look at", 6, 20),
    { wait: 30, event: (now) => ({ type: "retry", attempt: 2, at: now + 4000, reason }) },
    { wait: 4000, event: (at) => ({ type: "step-start", model: "kimi-k2.5", at }) },
    {
      wait: 60,
      event: (at) => ({
        type: "run-end",
        at,
        status: "error",
        error: {
          code: "unauthorized",
          message:
            "The endpoint refused the key (401). Check the key in settings, or make a new one at the provider.",
        },
      }),
    },
  ];
}
