import { browserTabs } from "./browser-tabs.ts";
import type { Endpoint, EndpointKind } from "./domain/settings.ts";
import { OkcvmError } from "./domain/errors.ts";
import type { OwnServer } from "./domain/own-server.ts";
import { isServerInfo, type ServerInfo } from "./domain/server-info.ts";
import type { ToolSpec } from "./domain/tool-spec.ts";
import type { FetchLike } from "./models/fetch-like.ts";
import type { Route } from "./models/route.ts";
import type { Workspace, Workspaces } from "./ports/workspace.ts";
import type { ChatModel } from "./ports/chat-model.ts";
import { LazySandbox } from "./sandbox/lazy-sandbox.ts";
import { LazyPython } from "./sandbox/python/lazy-python.ts";
import { SitesDatabase } from "./sites/database.ts";
import { BrowserPublisher } from "./sites/publisher.ts";
import { browserStorage } from "./store/browser-storage.ts";
import { conversationNews, DexieConversations, type ConversationNews } from "./store/conversations.ts";
import { AppDatabase } from "./store/database.ts";
import { DexieDeployments } from "./store/deployments.ts";
import { Outbox } from "./store/outbox.ts";
import { activeProfile, BrowserProfiles } from "./store/profiles.ts";
import { DexieSettings } from "./store/settings.ts";
import { LazySync } from "./sync/lazy-sync.ts";
import { systemClock } from "./system-clock.ts";
import { builtInTools } from "./tools/catalog.ts";
import { ToolRegistry } from "./tools/registry.ts";
import type { EndpointTest } from "./vm/api.ts";
import { VirtualMachine, type MachineParts } from "./vm/virtual-machine.ts";
import { createWorkspaces } from "./workspace/client.ts";
import systemPrompt from "../spec/system_prompt.md?raw";
import spec from "../spec/tools.json";

export interface OkcvmOptions {
  /** Origin of the OKCVM server; the page's own when left out. */
  serverOrigin?: string;
  /** The database that holds conversations and settings; the one the person chose when left out. */
  profile?: string;
}

/** Puts the machine together: the only place that knows every adapter. */
export function assemble(options: OkcvmOptions = {}): VirtualMachine {
  const serverOrigin = options.serverOrigin ?? location.origin;
  const db = new AppDatabase(options.profile ?? activeProfile());
  const outbox = new Outbox(db);
  const news = conversationNews(db);
  const settings = new DexieSettings(db, outbox);
  const info = serverInfo(serverOrigin);
  const device = async (): Promise<string | null> => (await outbox.account())?.token ?? null;
  const server = { origin: serverOrigin, device };
  const workspaces = workspacesOf(server);
  const publisher = new BrowserPublisher({
    db: new SitesDatabase(),
    info,
    records: new DexieDeployments(db, outbox),
  });
  const sync = lazySync({ db, outbox, news }, { serverOrigin, workspaces, publisher, info });
  const models = new Models(serverOrigin, info, device);
  const machine = new VirtualMachine({
    ...ofBrowser(),
    registry: new ToolRegistry(spec.tools as unknown as ToolSpec[], builtInTools()),
    systemPrompt,
    settings,
    conversations: new DexieConversations(db, outbox, news),
    workspaces,
    publisher,
    sync,
    profiles: new BrowserProfiles(db.name, (name, isShared) =>
      removeData(name, isShared, { workspaces, publisher }),
    ),
    model: async () => {
      const { demo, endpoints } = await settings.load();
      // Asked for when there is something to keep; until granted the browser may evict everything at once.
      void browserStorage.persist().catch(() => false);
      return demo ? models.demo() : models.chat(endpoints.chat, await settings.key("chat", endpoints.chat));
    },
    openSandbox: (workspace) =>
      new LazySandbox(async () => {
        const { openEngine } = await import("./open-engine.ts");
        return openEngine({ workspace, settings, info });
      }),
    openPython: (workspace, shell) =>
      new LazyPython(async () => {
        const { openPython } = await import("./open-python.ts");
        return openPython({ workspace, shell, server });
      }),
    testEndpoint: (kind, endpoint, apiKey) => models.test(kind, endpoint, apiKey),
    parseBundle: async (prompt, toolsJson, builtIn) => {
      const { parseBundle } = await import("./tools/bundle.ts");
      return parseBundle(prompt, toolsJson, builtIn);
    },
  });
  // Ahead of need, but after the page's own work.
  machine.ready.then(
    () => {
      void sync.start().catch(reportError);
      setTimeout(() => publisher.fillSpares().catch(reportError), 1_500);
    },
    // Told by whoever waits for `ready`.
    () => {},
  );
  return machine;
}

/** What this browser brings along, whatever else the machine is made of. */
function ofBrowser(): Pick<MachineParts, "storage" | "tabs" | "disks" | "clock" | "report"> {
  return {
    storage: browserStorage,
    tabs: browserTabs,
    disks: {
      supported: () => "showDirectoryPicker" in globalThis,
      load: async () => (await import("./disk/browser-disk-folders.ts")).browserDiskFolders(),
    },
    clock: systemClock,
    report: (error) => reportError(error),
  };
}

function workspacesOf(server: OwnServer): Workspaces {
  return createWorkspaces(
    {
      hub: () => new Worker(new URL("./workspace/hub-worker.ts", import.meta.url), { type: "module" }),
      transfer: () =>
        new Worker(new URL("./workspace/transfer/transfer-worker.ts", import.meta.url), { type: "module" }),
      git: () =>
        new Worker(new URL("./workspace/transfer/git-worker.ts", import.meta.url), { type: "module" }),
    },
    server,
  );
}

interface SyncSources {
  serverOrigin: string;
  workspaces: Workspaces;
  publisher: BrowserPublisher;
  info: () => Promise<ServerInfo | null>;
}

function lazySync(
  { db, outbox, news }: { db: AppDatabase; outbox: Outbox; news: ConversationNews },
  { serverOrigin, workspaces, publisher, info }: SyncSources,
): LazySync {
  return new LazySync(outbox, async () => {
    const [{ SyncClient }, { DexieSyncStore }] = await Promise.all([
      import("./sync/client.ts"),
      import("./store/sync-store.ts"),
    ]);
    return new SyncClient({
      store: new DexieSyncStore(db, outbox, news),
      tabs: browserTabs,
      clock: systemClock,
      fetch: globalThis.fetch.bind(globalThis),
      server: serverOrigin,
      name: db.name,
      offer: async () => (await info())?.accounts ?? null,
      openWorkspace: (id) => openFree(workspaces, id),
      siteFiles: (id) => publisher.files(id),
      onOnline(listener) {
        addEventListener("online", listener);
        return () => removeEventListener("online", listener);
      },
      report: (error) => reportError(error),
    });
  });
}

async function removeData(
  name: string,
  isShared: (id: string) => Promise<boolean>,
  { workspaces, publisher }: { workspaces: Workspaces; publisher: BrowserPublisher },
): Promise<void> {
  const { removeProfile } = await import("./store/remove-profile.ts");
  await removeProfile(name, isShared, async (id) => {
    await publisher.destroy(id);
    await workspaces.destroy(id);
  });
}

/** A conversation's files, unless a tab has them open. */
async function openFree(workspaces: Workspaces, conversationId: string): Promise<Workspace | null> {
  try {
    return await workspaces.open(conversationId);
  } catch (error) {
    if (error instanceof OkcvmError && error.code === "workspace-busy") return null;
    throw error;
  }
}

const INFO_KEY = "okcvm-server-info";

/** What the server says of itself; offline, what it said last. A failure is not kept: the next call asks again. */
function serverInfo(serverOrigin: string): () => Promise<ServerInfo | null> {
  let known: ServerInfo | null = null;
  return async () => {
    if (known) return known;
    try {
      const response = await fetch(`${serverOrigin}/v1/info`);
      const info: unknown = await response.json();
      if (!isServerInfo(info)) return null;
      known = info;
      localStorage.setItem(INFO_KEY, JSON.stringify(info));
      return known;
    } catch {
      // Offline: the last answer still names the sites' address.
      const last: unknown = JSON.parse(localStorage.getItem(INFO_KEY) ?? "null");
      return isServerInfo(last) ? last : null;
    }
  };
}

/** Chat models by endpoint, loaded on first use. */
class Models {
  readonly #serverOrigin: string;
  readonly #info: () => Promise<ServerInfo | null>;
  readonly #deviceToken: () => Promise<string | null>;
  readonly #routes = new Map<string, Route>();
  #chat: { key: string; model: ChatModel } | null = null;

  constructor(
    serverOrigin: string,
    info: () => Promise<ServerInfo | null>,
    deviceToken: () => Promise<string | null>,
  ) {
    this.#serverOrigin = serverOrigin;
    this.#info = info;
    this.#deviceToken = deviceToken;
  }

  async demo(): Promise<ChatModel> {
    const { createDemoModel } = await import("./models/demo.ts");
    return createDemoModel(systemClock);
  }

  async chat(endpoint: Endpoint, apiKey: string | null): Promise<ChatModel> {
    if (endpoint.baseUrl === "" || endpoint.model === "") {
      throw new OkcvmError(
        "no-model",
        "No model is connected yet. Open Settings and connect one, or take the guided demo.",
      );
    }
    const key = JSON.stringify([endpoint, apiKey]);
    if (this.#chat?.key !== key) {
      const { createOpenAiChat } = await import("./models/openai-chat.ts");
      this.#chat = {
        key,
        model: createOpenAiChat({ endpoint, apiKey, fetch: await this.#fetch(endpoint, apiKey) }),
      };
    }
    return this.#chat.model;
  }

  async test(kind: EndpointKind, endpoint: Endpoint, apiKey: string | null): Promise<EndpointTest> {
    const { testEndpoint } = await import("./models/test-endpoint.ts");
    const fetch =
      endpoint.baseUrl === "" ? globalThis.fetch.bind(globalThis) : await this.#fetch(endpoint, apiKey);
    return testEndpoint({ kind, endpoint, apiKey, fetch }, new AbortController().signal);
  }

  async #fetch(endpoint: Endpoint, apiKey: string | null): Promise<FetchLike> {
    const { createRoutedFetch } = await import("./models/route.ts");
    return createRoutedFetch({
      fetch: globalThis.fetch.bind(globalThis),
      serverOrigin: this.#serverOrigin,
      info: this.#info,
      baseUrl: endpoint.baseUrl,
      apiKey,
      deviceToken: this.#deviceToken,
      online: () => navigator.onLine,
      pageOrigin: location.origin,
      memory: this.#routes,
    });
  }
}
