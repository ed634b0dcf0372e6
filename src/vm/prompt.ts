import type { AttachmentPart, Message, Part, ToolCallPart, ToolResult } from "../domain/message.ts";
import { toAbsolutePath } from "../domain/paths.ts";
import { sendableArguments } from "../domain/sendable-arguments.ts";
import type { ModelContent, ModelMessage } from "../ports/chat-model.ts";

/** What the placeholders of a system prompt stand for. */
export interface PromptFacts {
  root: string;
  /** ISO date, the person's own day. */
  date: string;
  /** Absolute paths of what lies in the upload folder. */
  uploads: string[];
  /** Names of the tools offered. */
  tools: string[];
}

/** The system prompt with its placeholders filled in; unknown ones stay as they are. */
export function fillPrompt(template: string, facts: PromptFacts): string {
  const uploads = facts.uploads.length === 0 ? "none" : facts.uploads.join(", ");
  const values: Record<string, string> = {
    root: facts.root,
    date: facts.date,
    uploads,
    tools: facts.tools.join(", "),
  };
  return template.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

/** A branch as a model reads it: every call has its result, also one that was cut off. */
export function toModelMessages(branch: Message[], root: string): ModelMessage[] {
  return branch.flatMap((message) =>
    message.role === "user" ? [userMessage(message, root)] : assistantMessages(message.parts),
  );
}

/** What a model is asked: the filled-in system prompt, and a branch to its end. */
export function requestOf(template: string, branch: Message[], facts: PromptFacts): ModelMessage[] {
  const system = { role: "system" as const, content: fillPrompt(template, facts) };
  return [system, ...toModelMessages(branch, facts.root)];
}

/** What a tool's result says to a model. A failure begins with "Error". */
export function resultText(result: ToolResult): string {
  if (result.ok) return result.output;
  const code = result.error?.code ?? "internal";
  const message = result.error?.message ?? "";
  return result.output === message || result.output === ""
    ? `Error (${code}): ${message}`
    : `Error (${code}): ${message}\n${result.output}`;
}

function userMessage(message: Message, root: string): ModelMessage {
  const files = message.parts.filter((part): part is AttachmentPart => part.type === "attachment");
  const content: ModelContent[] = [];
  for (const part of message.parts) {
    if (part.type === "text") content.push({ type: "text", text: part.text });
  }
  if (files.length > 0) {
    const lines = files.map(
      (file) => `- ${toAbsolutePath(root, file.path)} (${file.mediaType}, ${file.size} bytes)`,
    );
    content.push({ type: "text", text: `Files I added:\n${lines.join("\n")}` });
  }
  return { role: "user", content };
}

function assistantMessages(parts: Part[]): ModelMessage[] {
  return splitSteps(parts).flatMap((step) => {
    const calls = step.filter((part): part is ToolCallPart => part.type === "tool-call");
    const content = step.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n");
    if (content === "" && calls.length === 0) return [];
    const spoken: ModelMessage = {
      role: "assistant",
      content,
      calls: calls.map((call) => ({
        callId: call.callId,
        name: call.name,
        arguments: sendableArguments(call.arguments),
      })),
    };
    return [spoken, ...calls.map(toolMessage), ...imageMessages(calls)];
  });
}

function splitSteps(parts: Part[]): Part[][] {
  const steps: Part[][] = [[]];
  for (const part of parts) {
    if (part.type === "step") steps.push([]);
    else steps.at(-1)?.push(part);
  }
  return steps.filter((step) => step.length > 0);
}

function toolMessage(call: ToolCallPart): ModelMessage {
  const content =
    call.state.status === "done"
      ? resultText(call.state.result)
      : "Error (aborted): This call was stopped before it ended.";
  return { role: "tool", callId: call.callId, content };
}

/** Tool messages carry text only in most APIs, so pictures follow as the person's. */
function imageMessages(calls: ToolCallPart[]): ModelMessage[] {
  const content = calls.flatMap((call): ModelContent[] => {
    if (call.state.status !== "done") return [];
    return (call.state.result.content ?? []).flatMap((part): ModelContent[] =>
      part.type === "image"
        ? [
            {
              type: "text",
              text: `The picture of the ${call.name} result${part.path ? ` (${part.path})` : ""}:`,
            },
            { type: "image", dataUrl: `data:${part.mediaType};base64,${part.data}` },
          ]
        : [],
    );
  });
  return content.length === 0 ? [] : [{ role: "user", content }];
}
