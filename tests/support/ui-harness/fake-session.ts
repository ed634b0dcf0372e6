import { branchTo, newestLeafUnder, siblingsOf } from "../../../src/domain/conversation.ts";
import type { Deployment } from "../../../src/domain/deployment.ts";
import { OkcvmError } from "../../../src/domain/errors.ts";
import type { RunEvent } from "../../../src/domain/events.ts";
import { mountRoot, newId } from "../../../src/domain/ids.ts";
import type { Message, Part } from "../../../src/domain/message.ts";
import { reduce } from "../../../src/domain/reduce.ts";
import type { Session, SessionEvent, Uploaded } from "../../../src/vm/api.ts";
import { createFakeWorkspace } from "./fake-workspace.ts";
import { failingRun, siteRun, type Beat } from "./fake-script.ts";
import { notebookRun, runningCell } from "./notebook-run.ts";

const SITE_URL = `http://k3f9x2ab7c.okcvm.localhost:8787/`;

export interface FakeSession extends Session {
  emit(event: SessionEvent): void;
  /** Plays a run at once, without waits. */
  playNow(text: string): void;
  setTitleFrom: (text: string) => void;
}

export function createFakeSession(
  id: string,
  files: Record<string, string | Uint8Array<ArrayBuffer>>,
  scripted: () => boolean,
): FakeSession {
  const nodes = new Map<string, Message>();
  const listeners = new Set<(event: SessionEvent) => void>();
  const deployments: Deployment[] = [];
  let leaf: string | null = null;
  let live: Message | null = null;
  let stopWanted = false;
  const emit = (event: SessionEvent): void => listeners.forEach((listener) => listener(event));
  const apply = (event: RunEvent): void => {
    if (event.type === "run-start") {
      if (event.user) nodes.set(event.user.id, event.user);
      live = event.assistant;
      leaf = live.id;
    } else if (live) live = reduce(live, event);
    if (live) nodes.set(live.id, live);
    if (event.type === "run-end") live = null;
    emit({ type: "run", event });
    if (event.type === "tool-end" && event.result.content?.some((part) => part.type === "site"))
      addDeployment();
  };
  const addDeployment = (): void => {
    const deployment: Deployment = {
      id: "k3f9x2ab7c",
      conversationId: id,
      url: SITE_URL,
      source: "site",
      title: "How tides work",
      createdAt: Date.now(),
      files: 3,
      bytes: 18_000,
    };
    if (!deployments.some((one) => one.id === deployment.id)) deployments.unshift(deployment);
    emit({ type: "deployment", deployment });
  };
  const begin = (parentId: string | null, user: Message | null): void => {
    const assistant = make(id, user?.id ?? parentId, "assistant", []);
    if (scripted()) assistant.scripted = true;
    apply({ type: "run-start", user, assistant });
  };
  async function* play(beats: Beat[]): AsyncGenerator<RunEvent> {
    stopWanted = false;
    const run = runBeats(beats);
    yield { type: "text", delta: "" };
    await run;
  }
  const runBeats = async (beats: Beat[]): Promise<void> => {
    for (const beat of beats) {
      await new Promise((resolve) => setTimeout(resolve, beat.wait));
      if (stopWanted) return apply({ type: "run-end", at: Date.now(), status: "stopped" });
      apply(beat.event(Date.now()));
    }
  };
  const beatsFor = (text: string): Beat[] => {
    if (text.includes("fail")) return failingRun();
    if (text.includes("long cell")) return runningCell();
    return text.includes("notebook") ? notebookRun() : siteRun(SITE_URL);
  };
  const userMessage = (text: string, parentId: string | null, attachments: Uploaded[]): Message =>
    make(id, parentId, "user", [
      ...(text ? [{ type: "text" as const, text }] : []),
      ...attachments.map((file) => ({ type: "attachment" as const, ...file })),
    ]);
  return {
    id,
    emit,
    setTitleFrom: () => undefined,
    following: false,
    workspace: createFakeWorkspace(mountRoot(id), files),
    get running() {
      return live !== null;
    },
    playNow(text) {
      begin(null, userMessage(text, leaf, []));
      let now = Date.now() - 60_000;
      for (const beat of beatsFor(text)) {
        now += beat.wait;
        apply(beat.event(now));
      }
    },
    async *send(text, options) {
      if (live) throw new OkcvmError("run-active", "The agent is at work. Stop it first.");
      begin(null, userMessage(text, leaf, options?.attachments ?? []));
      yield* play(beatsFor(text));
    },
    async *regenerate(messageId) {
      begin(nodes.get(messageId)?.parentId ?? null, null);
      yield* play(siteRun(SITE_URL));
    },
    async *edit(messageId, text) {
      begin(null, userMessage(text, nodes.get(messageId)?.parentId ?? null, []));
      yield* play(beatsFor(text));
    },
    stop: () => (stopWanted = true),
    messages: async () => branchTo(nodes.values(), leaf),
    siblings: async (messageId) => siblingsOf(nodes.values(), nodes.get(messageId) as Message),
    select: async (messageId) => {
      leaf = newestLeafUnder(nodes.values(), messageId);
      emit({ type: "messages" });
    },
    callTool: async () => ({ ok: true, output: "" }),
    upload: async (list, options) => {
      const done: Uploaded[] = [];
      for (const file of list) {
        for (let part = 1; part <= 10; part += 1) {
          await new Promise((resolve) => setTimeout(resolve, 40));
          options?.signal?.throwIfAborted();
          options?.onProgress?.((file.content.size * part) / 10, file.content.size);
        }
        done.push({
          path: `upload/${file.name}`,
          name: file.name,
          size: file.content.size,
          mediaType: file.content.type,
        });
      }
      return done;
    },
    deployments: async () => [...deployments],
    ensureServed: async (deploymentId) => {
      const found = deployments.find((one) => one.id === deploymentId);
      if (!found) throw new OkcvmError("not-found", "That site does not exist.");
      return found;
    },
    engine: { name: "Embedded shell", state: "ready", servers: [] },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
  };
}

function make(
  conversationId: string,
  parentId: string | null,
  role: Message["role"],
  parts: Part[],
): Message {
  const running = role === "assistant";
  return {
    id: newId(),
    conversationId,
    parentId,
    role,
    parts,
    status: running ? "running" : "done",
    createdAt: Date.now(),
    endedAt: running ? null : Date.now(),
  };
}
