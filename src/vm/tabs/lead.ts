import { serveCalls, type Methods } from "../../domain/rpc.ts";
import type { TabChannel } from "../../ports/tabs.ts";
import type { Session, SendOptions, Upload } from "../api.ts";
import { ALL, portTo, type LeaderNotice, type SessionSummary, type TabMessage } from "./wire.ts";
import { SESSION_METHODS, WORKSPACE_METHODS } from "./workspace-methods.ts";

/** Serves a session to the tabs that follow it, and tells them what happens. Answers how to end that. */
export function leadSession(session: Session, channel: TabChannel, self: string): () => void {
  const followers = new Set<string>();
  const tell = (notice: LeaderNotice): void =>
    channel.post({
      type: "wire",
      from: self,
      to: ALL,
      wire: { type: "notice", value: notice },
    } satisfies TabMessage);
  const methods = methodsFor(session, tell);
  const stops = [
    channel.subscribe((value) => {
      const message = value as TabMessage;
      if (message.type === "who") channel.post({ type: "leader", leader: self } satisfies TabMessage);
      if (message.type !== "wire" || message.to !== self || followers.has(message.from)) return;
      followers.add(message.from);
      const port = portTo(channel, self, message.from);
      serveCalls(first(port, message.wire), methods);
    }),
    session.subscribe((event) => {
      if (event.type !== "closed") tell({ kind: "session", event, state: summary(session) });
    }),
    session.workspace.subscribe((changes, origin) => tell({ kind: "changes", changes, origin })),
    session.workspace.subscribeHistory(() => tell({ kind: "history" })),
  ];
  channel.post({ type: "leader", leader: self } satisfies TabMessage);
  return () => {
    for (const stop of stops) stop();
    channel.post({ type: "leaving", leader: self } satisfies TabMessage);
    channel.close();
  };
}

/** A port that begins with a message that came before anyone listened to it. */
function first(port: ReturnType<typeof portTo>, wire: unknown): ReturnType<typeof portTo> {
  return {
    postMessage: (message) => port.postMessage(message),
    addEventListener: (type, listener) => {
      port.addEventListener(type, listener);
      listener({ data: wire });
    },
  };
}

function summary(session: Session): SessionSummary {
  return { running: session.running, engine: { ...session.engine } };
}

function methodsFor(session: Session, tell: (notice: LeaderNotice) => void): Methods {
  const running = new Map<string, AbortController>();
  const abortable = async <T>(key: string, task: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const controller = new AbortController();
    running.set(key, controller);
    try {
      return await task(controller.signal);
    } finally {
      running.delete(key);
    }
  };
  return {
    hello: () => summary(session),
    send: (text: string, options: SendOptions) => begin(session.send(text, options)),
    regenerate: (id: string) => begin(session.regenerate(id)),
    edit: (id: string, text: string) => begin(session.edit(id, text)),
    callTool: (key: string, name: string, args: unknown) =>
      abortable(key, (signal) =>
        session.callTool(name, args, { signal, onOutput: (chunk) => tell({ kind: "output", key, chunk }) }),
      ),
    upload: (key: string, files: Upload[]) =>
      abortable(key, (signal) =>
        session.upload(files, {
          signal,
          onProgress: (done, total) => tell({ kind: "progress", key, done, total }),
        }),
      ),
    abort: (key: string) => running.get(key)?.abort(),
    ...forward(session, SESSION_METHODS),
    ...forward(session.workspace, WORKSPACE_METHODS),
  };
}

/** Starts a run; answers the id of the reply it writes. Its events go to every follower. */
async function begin(events: AsyncIterable<{ type: string }>): Promise<string> {
  const iterator = events[Symbol.asyncIterator]();
  const { value } = await iterator.next();
  void iterator.return?.();
  const start = value as { type: string; assistant?: { id: string } } | undefined;
  return start?.assistant?.id ?? "";
}

function forward<T extends object>(target: T, names: readonly (keyof T & string)[]): Methods {
  return Object.fromEntries(
    names.map((name) => [
      name,
      (...args: never[]) => (target[name] as unknown as (...given: never[]) => unknown).apply(target, args),
    ]),
  );
}
