import { batch, createSignal, onCleanup, type Accessor } from "solid-js";

import type { Deployment } from "../../domain/deployment.ts";
import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";
import type { RunEvent } from "../../domain/events.ts";
import type { Message } from "../../domain/message.ts";
import { baseName } from "../../domain/paths.ts";
import type { RunningServer } from "../../domain/running-server.ts";
import type { EngineView, Session, SessionEvent, Uploaded } from "../../vm/api.ts";
import { t } from "../texts/texts.ts";
import { createFrameQueue } from "./frame-queue.ts";
import { applyEvents, settle } from "./live-messages.ts";
import { showToast } from "./toasts.ts";

/** A wait before a model call is tried again. */
export interface Retry {
  attempt: number;
  /** When it begins; milliseconds since 1970 UTC. */
  at: number;
  reason: ErrorValue;
}

/** One open conversation as the screen shows it. */
export interface SessionState {
  readonly session: Session;
  /** undefined until they are read. */
  messages: Accessor<Message[] | undefined>;
  loadError: Accessor<ErrorValue | undefined>;
  reload: () => Promise<void>;
  running: Accessor<boolean>;
  retry: Accessor<Retry | undefined>;
  engine: Accessor<EngineView>;
  /** Set once another tab holds the conversation. */
  closed: Accessor<ErrorValue | undefined>;
  /** undefined until they are read. */
  deployments: Accessor<Deployment[] | undefined>;
  /** What is in the preview: a deployment's id, or `serverKey` of a server; null for nothing. */
  shownPreview: Accessor<string | null>;
  showPreview: (key: string) => void;
  /** Changes whenever a branch may have got a sibling. */
  branchVersion: Accessor<number>;
  /** Tool cards and folds that are open, by key. */
  isOpen: (key: string) => boolean;
  toggleOpen: (key: string) => void;
  /** Resolves false when the message was refused, after a toast; the caller keeps the text then. */
  send: (text: string, attachments?: Uploaded[]) => Promise<boolean>;
  regenerate: (messageId: string) => void;
  edit: (messageId: string, text: string) => Promise<boolean>;
  select: (messageId: string) => void;
  stop: () => void;
}

const READ_ATTEMPTS = 6;

/** Follows a session. Call it inside a root that is disposed with the session. */
export function createSessionState(
  session: Session,
  { onPreview, onShowFile }: { onPreview: () => void; onShowFile: (path: string) => void },
): SessionState {
  const view = createMessageView(session);
  const [engine, setEngine] = createSignal(session.engine);
  const sites = createSites(session, onPreview);
  const onEngine = (): void => {
    const known = new Set(engine().servers.map(serverKey));
    setEngine(session.engine);
    const started = engine().servers.find((server) => !known.has(serverKey(server)));
    if (!started) return;
    sites.show(serverKey(started));
    onPreview();
  };
  const [closed, setClosed] = createSignal<ErrorValue>();
  const onEvent = (event: SessionEvent): void => {
    if (event.type === "run") view.onRunEvent(event.event);
    else if (event.type === "messages") {
      void view.reload();
      // What came from another browser may have sites.
      void sites.read();
    } else if (event.type === "engine") onEngine();
    else if (event.type === "deployment") sites.add(event.deployment);
    else if (event.type === "conflicts") tellConflicts(event.paths, onShowFile);
    else setClosed(event.error);
  };
  onCleanup(session.subscribe(onEvent));
  void view.reload();
  void sites.read();
  return {
    session,
    messages: view.messages,
    loadError: view.loadError,
    reload: view.reload,
    running: view.running,
    retry: view.retry,
    branchVersion: view.branchVersion,
    engine,
    closed,
    deployments: sites.list,
    shownPreview: () => {
      const chosen = sites.chosen();
      // A server that has ended is no longer shown.
      const isThere =
        chosen !== null &&
        (!isServerKey(chosen) || engine().servers.some((server) => serverKey(server) === chosen));
      const first = engine().servers[0];
      return isThere ? chosen : (sites.list()?.[0]?.id ?? (first ? serverKey(first) : null));
    },
    showPreview: sites.show,
    ...createOpenKeys(),
    ...createActions(session),
  };
}

function tellConflicts(paths: readonly string[], onShowFile: (path: string) => void): void {
  const [first = ""] = paths;
  showToast({
    text: t.chat.conflicts(baseName(first), paths.length),
    action: { label: t.chat.showInFiles, run: () => onShowFile(first) },
  });
}

function createActions(
  session: Session,
): Pick<SessionState, "send" | "regenerate" | "edit" | "select" | "stop"> {
  return {
    send: (text, attachments) =>
      start(() => session.send(text, attachments && attachments.length > 0 ? { attachments } : {})),
    regenerate: (messageId) => void start(() => session.regenerate(messageId)),
    edit: (messageId, text) => start(() => session.edit(messageId, text)),
    select: (messageId) => {
      session
        .select(messageId)
        .catch((error: unknown) => showToast({ text: toErrorValue(error).message, tone: "danger" }));
    },
    stop: () => session.stop(),
  };
}

/** Starts a run by asking for its first event; what follows comes through the subscription. */
async function start(begin: () => AsyncIterable<RunEvent>): Promise<boolean> {
  try {
    const iterator = begin()[Symbol.asyncIterator]();
    await iterator.next();
    // The run goes on when the caller stops reading.
    void iterator.return?.();
    return true;
  } catch (error) {
    showToast({ text: toErrorValue(error).message, tone: "danger" });
    return false;
  }
}

function createOpenKeys(): Pick<SessionState, "isOpen" | "toggleOpen"> {
  const [open, setOpen] = createSignal<ReadonlySet<string>>(new Set());
  return {
    isOpen: (key) => open().has(key),
    toggleOpen: (key) =>
      setOpen((keys) => {
        const next = new Set(keys);
        if (!next.delete(key)) next.add(key);
        return next;
      }),
  };
}

/** Names a server among what the preview can show. */
export function serverKey({ port, url }: RunningServer): string {
  return `server ${port} ${url}`;
}

function isServerKey(key: string): boolean {
  return key.startsWith("server ");
}

interface Sites {
  list: Accessor<Deployment[] | undefined>;
  chosen: Accessor<string | null>;
  show: (key: string) => void;
  add: (deployment: Deployment) => void;
  read: () => Promise<void>;
}

function createSites(session: Session, onPreview: () => void): Sites {
  const [list, setList] = createSignal<Deployment[]>();
  const [chosen, setChosen] = createSignal<string | null>(null);
  const read = async (): Promise<void> => {
    try {
      const found = await session.deployments();
      // One may have arrived while the list was read.
      setList((now) => [
        ...(now ?? []).filter((one) => !found.some((other) => other.id === one.id)),
        ...found,
      ]);
    } catch (error) {
      setList((now) => now ?? []);
      showToast({ text: t.preview.listFailed(toErrorValue(error).message), tone: "danger" });
    }
  };
  return {
    list,
    chosen,
    show: setChosen,
    add: (deployment) => {
      batch(() => {
        setList((now) => [deployment, ...(now ?? []).filter((one) => one.id !== deployment.id)]);
        setChosen(deployment.id);
      });
      onPreview();
    },
    read,
  };
}

interface MessageView {
  messages: Accessor<Message[] | undefined>;
  loadError: Accessor<ErrorValue | undefined>;
  running: Accessor<boolean>;
  retry: Accessor<Retry | undefined>;
  branchVersion: Accessor<number>;
  reload: () => Promise<void>;
  onRunEvent: (event: RunEvent) => void;
}

function createMessageView(session: Session): MessageView {
  const [messages, setMessages] = createSignal<Message[]>();
  const [loadError, setLoadError] = createSignal<ErrorValue>();
  const [running, setRunning] = createSignal(session.running);
  const [retry, setRetry] = createSignal<Retry>();
  const [branchVersion, setBranchVersion] = createSignal(0);
  let seen = 0;
  const queue = createFrameQueue<RunEvent>((events) => {
    batch(() => {
      setMessages((list) => list && applyEvents(list, events));
      for (const event of events) setRetry((old) => retryAfter(old, event));
      if (events.some((event) => event.type === "run-start")) setBranchVersion((version) => version + 1);
    });
  });
  onCleanup(() => queue.clear());
  const reload = async (): Promise<void> => {
    setLoadError(undefined);
    try {
      const stored = await readQuiet(session, () => seen);
      // What waits is in what was read.
      queue.clear();
      batch(() => {
        setMessages((shown) => settle(shown ?? [], stored));
        setRunning(session.running);
        setBranchVersion((version) => version + 1);
      });
    } catch (error) {
      setLoadError(toErrorValue(error));
    }
  };
  const onRunEvent = (event: RunEvent): void => {
    seen += 1;
    queue.push(event);
    if (event.type === "run-start") setRunning(true);
    if (event.type !== "run-end") return;
    queue.flush();
    setRunning(false);
    void reload();
  };
  return { messages, loadError, running, retry, branchVersion, reload, onRunEvent };
}

/** Reads the branch at a moment no event came in between, so that no event is lost or counted twice. */
async function readQuiet(session: Session, seen: () => number): Promise<Message[]> {
  for (let attempt = 1; ; attempt += 1) {
    const before = seen();
    const stored = await session.messages();
    if (seen() === before || attempt === READ_ATTEMPTS) return stored;
  }
}

function retryAfter(old: Retry | undefined, event: RunEvent): Retry | undefined {
  if (event.type === "retry") return { attempt: event.attempt, at: event.at, reason: event.reason };
  if (event.type === "step-start" || event.type === "run-end" || event.type === "run-start") return undefined;
  return old;
}
