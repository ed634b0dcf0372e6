import type { Change, Content, Entry, Journal } from "../domain/changes.ts";
import { OkcvmError } from "../domain/errors.ts";
import { mountRoot } from "../domain/ids.ts";
import { makeCaller, type Caller, type PortLike } from "../domain/rpc.ts";
import type { Unsubscribe, Workspace, Workspaces } from "../ports/workspace.ts";
import { databaseName, deleteDatabase } from "./database.ts";
import type { HubNotice } from "./hub-worker.ts";

type Listener = (changes: Change[], origin: string | null) => void;

/** Workspaces over one hub Worker. One tab holds a workspace at a time, by a lock of the browser's. */
export function createWorkspaces(makeWorker: () => Worker): Workspaces {
  const listeners = new Map<string, Set<Listener>>();
  let caller: Caller | null = null;

  function hub(): Caller {
    if (caller) return caller;
    const worker = makeWorker();
    const made = makeCaller(worker as unknown as PortLike, (value) => {
      const notice = value as HubNotice;
      for (const listener of listeners.get(notice.workspace) ?? []) listener(notice.changes, notice.origin);
    });
    worker.addEventListener("error", (event) => {
      made.close(
        new OkcvmError(
          "internal",
          `The file system stopped: ${event.message}. Reload the page; saved files are kept.`,
        ),
      );
    });
    caller = made;
    return made;
  }

  return {
    async open(conversationId, options = {}) {
      const lock = await holdLock(`okcvm-workspace-${conversationId}`, options.takeOver === true);
      const set = new Set<Listener>();
      listeners.set(conversationId, set);
      try {
        await hub().call("open", conversationId, mountRoot(conversationId));
      } catch (error) {
        lock.release();
        throw error;
      }
      return new WorkspaceClient({ id: conversationId, hub: hub(), listeners: set, lock });
    },
    async destroy(conversationId) {
      await deleteDatabase(databaseName(conversationId));
    },
  };
}

interface Lock {
  release(): void;
  /** Resolves when another tab took the lock. */
  lost: Promise<void>;
  isLost(): boolean;
}

async function holdLock(name: string, steal: boolean): Promise<Lock> {
  return new Promise((resolve, reject) => {
    let release = (): void => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    let onLost = (): void => {};
    let gone = false;
    const lost = new Promise<void>((done) => {
      onLost = done;
    });
    const request = navigator.locks.request(name, steal ? { steal } : { ifAvailable: true }, async (lock) => {
      if (!lock) {
        reject(
          new OkcvmError(
            "workspace-busy",
            "This conversation is open in another tab. Use it there, or take it over here.",
          ),
        );
        return;
      }
      resolve({ release, lost, isLost: () => gone });
      await held;
    });
    // A stolen lock rejects the request of its old holder.
    request.catch(() => {
      gone = true;
      onLost();
    });
  });
}

interface ClientParts {
  id: string;
  hub: Caller;
  listeners: Set<Listener>;
  lock: Lock;
}

class WorkspaceClient implements Workspace {
  readonly root: string;
  readonly lost: Promise<void>;
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.root = mountRoot(parts.id);
    this.lost = parts.lock.lost;
    this.#parts = parts;
  }

  list(path = "", options: { recursive?: boolean } = {}): Promise<Entry[]> {
    return this.#call("list", path, options.recursive === true);
  }

  stat(path: string): Promise<Entry | null> {
    return this.#call("stat", path);
  }

  async readText(path: string): Promise<string> {
    // A byte order mark is part of the file: who reads, changes and writes it back keeps it.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await this.readBytes(path));
  }

  async readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    const content = await this.#call<Uint8Array<ArrayBuffer> | Blob>("read", path);
    return content instanceof Blob ? new Uint8Array(await content.arrayBuffer()) : content;
  }

  async readBlob(path: string): Promise<Blob> {
    const content = await this.#call<Uint8Array<ArrayBuffer> | Blob>("read", path);
    return content instanceof Blob ? content : new Blob([content]);
  }

  write(path: string, content: string | Content): Promise<void> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return this.#change({ kind: "write", path, content: bytes });
  }

  mkdir(path: string): Promise<void> {
    return this.#change({ kind: "mkdir", path });
  }

  remove(path: string): Promise<void> {
    return this.#change({ kind: "remove", path });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change({ kind: "rename", path: from, to });
  }

  symlink(target: string, path: string): Promise<void> {
    return this.#change({ kind: "symlink", path, target });
  }

  apply(journal: Journal): Promise<void> {
    return this.#call("apply", journal, journal.origin);
  }

  subscribe(listener: Listener): Unsubscribe {
    this.#parts.listeners.add(listener);
    return () => this.#parts.listeners.delete(listener);
  }

  usage(): Promise<{ entries: number; bytes: number }> {
    return this.#call("usage");
  }

  async close(): Promise<void> {
    // Taken over, maybe in this very tab: the hub of that name is then another's.
    if (!this.#parts.lock.isLost()) await this.#call("close");
    this.#parts.listeners.clear();
    this.#parts.lock.release();
  }

  #change(change: Change): Promise<void> {
    return this.#call("apply", { origin: "", changes: [change] } satisfies Journal, null);
  }

  #call<T>(method: string, ...args: unknown[]): Promise<T> {
    return this.#parts.hub.call<T>(method, this.#parts.id, ...args);
  }
}
