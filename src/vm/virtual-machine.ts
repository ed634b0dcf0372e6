import type { Conversation } from "../domain/conversation.ts";
import { OkcvmError } from "../domain/errors.ts";
import { TaskQueue } from "../domain/queue.ts";
import {
  applyPatch,
  DEFAULT_SETTINGS,
  ENDPOINT_KINDS,
  type Endpoint,
  type EndpointKind,
  type Settings,
  type SettingsPatch,
  type SettingsView,
} from "../domain/settings.ts";
import type { ToolSpec } from "../domain/tool-spec.ts";
import type { ModelSource } from "../ports/chat-model.ts";
import type { Clock } from "../ports/clock.ts";
import type { Conversations } from "../ports/conversations.ts";
import type { DiskSource } from "../ports/disk-folders.ts";
import type { Profiles } from "../ports/profiles.ts";
import type { Publisher } from "../ports/publisher.ts";
import type { Python } from "../ports/python.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Bundle, SettingsStore } from "../ports/settings-store.ts";
import type { Sync } from "../ports/sync.ts";
import type { BrowserStorage } from "../ports/storage.ts";
import type { Tabs } from "../ports/tabs.ts";
import type { Workspace, Workspaces } from "../ports/workspace.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import type { EndpointTest, Okcvm, Session } from "./api.ts";
import { diskApi } from "./disk/disk-api.ts";
import { openSession, type Opening, type OpeningParts } from "./open-session.ts";
import { purge, purgeOld } from "./purge.ts";

/** The adapters a virtual machine is made of. */
export interface MachineParts {
  registry: ToolRegistry;
  systemPrompt: string;
  settings: SettingsStore;
  conversations: Conversations;
  workspaces: Workspaces;
  publisher: Publisher;
  storage: BrowserStorage;
  sync: Sync;
  profiles: Profiles;
  tabs: Tabs;
  disks: DiskSource;
  clock: Clock;
  model: ModelSource;
  openSandbox(workspace: Workspace): Sandbox;
  /** An interpreter whose shell commands run in the sandbox given. */
  openPython(workspace: Workspace, shell: Sandbox): Python;
  testEndpoint(kind: EndpointKind, endpoint: Endpoint, apiKey: string | null): Promise<EndpointTest>;
  /** Where a mistake of a program that listens goes: the console, as for any uncaught error. */
  report(error: unknown): void;
  parseBundle(systemPrompt: string, toolsJson: string, builtIn: ToolSpec[]): Promise<Bundle>;
}

/** OKCVM over its adapters. See Okcvm in api.ts for what each part promises. */
export class VirtualMachine implements Okcvm {
  readonly ready: Promise<Okcvm>;
  readonly registry: Okcvm["registry"];
  readonly settings: Okcvm["settings"];
  readonly conversations: Okcvm["conversations"];
  readonly storage: BrowserStorage;
  readonly sync: Sync;
  readonly profiles: Profiles;
  readonly git: Okcvm["git"];
  readonly disk: Okcvm["disk"];
  readonly #parts: MachineParts;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #finding = new TaskQueue();
  readonly #setting = new TaskQueue();
  readonly #settingsListeners = new Set<() => void>();
  #view: SettingsView = viewOfDefaults();
  #bundle: Bundle | null = null;

  constructor(parts: MachineParts) {
    this.#parts = parts;
    this.registry = registryOf(parts.registry);
    this.settings = this.#settingsApi();
    this.conversations = this.#conversationsApi();
    this.storage = parts.storage;
    this.sync = parts.sync;
    this.profiles = parts.profiles;
    this.git = lazyGit(parts.settings);
    this.disk = diskApi(parts.disks, parts.clock);
    this.ready = this.#prepare();
  }

  async open(conversationId?: string, options: { takeOver?: boolean } = {}): Promise<Session> {
    // One at a time: two callers that find no conversation must not make two.
    if (conversationId === undefined) return this.#finding.run(() => this.#openNewestFree(options));
    const { id, incomplete } = await this.#conversation(conversationId);
    if (incomplete) void this.sync.want(id).catch(this.#parts.report);
    return this.#openOne(id, { takeOver: options.takeOver === true, follow: true });
  }

  /** The newest conversation no other tab holds, or a new one. */
  async #openNewestFree(options: { takeOver?: boolean }): Promise<Session> {
    const how = { takeOver: options.takeOver === true, follow: false };
    for (const { id } of await this.#parts.conversations.list()) {
      try {
        return await this.#openOne(id, how);
      } catch (error) {
        if (!(error instanceof OkcvmError) || error.code !== "workspace-busy") throw error;
      }
    }
    return this.#openOne((await this.#parts.conversations.create()).id, how);
  }

  async #openOne(id: string, how: Omit<Opening, "onClose">): Promise<Session> {
    const open = this.#sessions.get(id);
    if (open && !how.takeOver) return open;
    // A session taken over in this very tab must not take its successor's place away when it closes.
    const onClose = (): void => {
      if (this.#sessions.get(id) === opening) this.#sessions.delete(id);
    };
    const opening = this.#openSession(id, { ...how, onClose });
    this.#sessions.set(id, opening);
    opening.catch(onClose);
    return opening;
  }

  async #prepare(): Promise<Okcvm> {
    this.#parts.settings.subscribe(() => void this.#refreshSettings().catch(this.#parts.report));
    this.#view = await viewOf(this.#parts.settings);
    this.#bundle = await this.#parts.settings.bundle();
    this.#parts.registry.useBundle(this.#bundle?.tools ?? null);
    // The page need not wait for it: a frozen tab can hold what is to be deleted.
    void purgeOld(this.#parts).catch(this.#parts.report);
    return this;
  }

  async #refreshSettings(): Promise<void> {
    this.#view = await viewOf(this.#parts.settings);
    this.#tellSettings();
  }

  #tellSettings(): void {
    for (const listener of this.#settingsListeners) listener();
  }

  async #closeOpen(id: string): Promise<void> {
    // One that could not be opened, as another tab has it, has nothing to close.
    const session = await this.#sessions.get(id)?.catch(() => null);
    await session?.close();
  }

  async #conversation(id: string): Promise<Conversation> {
    const found = await this.#parts.conversations.get(id);
    if (!found || found.deletedAt !== null)
      throw new OkcvmError("not-found", "That conversation does not exist in this browser.");
    return found;
  }

  #openSession(id: string, opening: Opening): Promise<Session> {
    const { workspaces, sync, conversations, tabs, report } = this.#parts;
    return openSession(
      id,
      {
        workspaces,
        sync,
        conversations,
        tabs,
        report,
        conversation: (one) => this.#conversation(one),
        partsFor: (workspace) => this.#sessionParts(workspace),
      },
      opening,
    );
  }

  #sessionParts(workspace: Workspace): ReturnType<OpeningParts["partsFor"]> {
    const { publisher, conversations, registry, clock, model, report, openSandbox, openPython } = this.#parts;
    const sandbox = openSandbox(workspace);
    return {
      sandbox,
      python: openPython(workspace, sandbox),
      publisher,
      conversations,
      registry,
      clock,
      model,
      policy: () => this.#policy(),
      report,
    };
  }

  async #policy(): Promise<{ systemPrompt: string; maxSteps: number }> {
    const settings = await this.#parts.settings.load();
    return { systemPrompt: settings.systemPrompt ?? this.#bundlePrompt(), maxSteps: settings.maxSteps };
  }

  #bundlePrompt(): string {
    return this.#bundle?.systemPrompt ?? this.#parts.systemPrompt;
  }

  #settingsApi(): Okcvm["settings"] {
    const { settings, registry, parseBundle, testEndpoint } = this.#parts;
    return {
      get: () => structuredClone(this.#view),
      // One at a time: each patch is laid over what the one before has stored.
      set: (patch) =>
        this.#setting.run(async () => {
          await savePatch(settings, patch);
          this.#view = await viewOf(settings);
        }),
      subscribe: (listener) => {
        this.#settingsListeners.add(listener);
        return () => this.#settingsListeners.delete(listener);
      },
      test: async (kind) => {
        const endpoint = (await settings.load()).endpoints[kind];
        return testEndpoint(kind, endpoint, await settings.key(kind, endpoint));
      },
      bundle: async () => ({
        builtIn: this.#bundle === null,
        tools: registry.names().length,
        systemPrompt: this.#bundlePrompt(),
      }),
      loadBundle: async (systemPrompt, toolsJson) => {
        const bundle = await parseBundle(systemPrompt, toolsJson, registry.builtInSpecs);
        await settings.setBundle(bundle);
        this.#useBundle(bundle);
        this.#tellSettings();
      },
      resetBundle: async () => {
        await settings.setBundle(null);
        this.#useBundle(null);
        this.#tellSettings();
      },
    };
  }

  #useBundle(bundle: Bundle | null): void {
    this.#bundle = bundle;
    this.#parts.registry.useBundle(bundle?.tools ?? null);
  }

  #conversationsApi(): Okcvm["conversations"] {
    const { conversations } = this.#parts;
    return {
      list: () => conversations.list(),
      deleted: () => conversations.deleted(),
      create: () => conversations.create(),
      rename: (id, title) => conversations.rename(id, checkTitle(title)),
      remove: async (id) => {
        await this.#closeOpen(id);
        await conversations.delete(id);
      },
      restore: (id) => conversations.undelete(id),
      purge: async (id) => {
        if (((await conversations.get(id))?.deletedAt ?? null) === null)
          throw new OkcvmError("not-found", "That conversation is not deleted. Delete it first.");
        // One that was deleted elsewhere may still be open here, and holds its files.
        await this.#closeOpen(id);
        await purge(id, this.#parts);
      },
      subscribe: (listener) => conversations.subscribe(listener),
    };
  }
}

function registryOf(registry: ToolRegistry): Okcvm["registry"] {
  return {
    names: () => registry.names(),
    list: () =>
      registry.list().map(({ spec, status, custom }) => ({
        name: spec.name,
        description: spec.description,
        status,
        custom,
      })),
    register: (tool) => registry.register(tool as never),
  };
}

/** Loaded when it is used: the first page has no need of it. */
function lazyGit(settings: SettingsStore): Okcvm["git"] {
  const load = async (): Promise<Okcvm["git"]> => (await import("./git-remotes.ts")).gitRemotes(settings);
  return {
    import: async (...args) => (await load()).import(...args),
    push: async (...args) => (await load()).push(...args),
    hasToken: async (url) => (await load()).hasToken(url),
    forgetToken: async (url) => (await load()).forgetToken(url),
  };
}

async function viewOf(store: SettingsStore): Promise<SettingsView> {
  const settings = await store.load();
  const endpoints = {} as SettingsView["endpoints"];
  for (const kind of ENDPOINT_KINDS) {
    const endpoint = settings.endpoints[kind];
    endpoints[kind] = { ...endpoint, hasKey: (await store.key(kind, endpoint)) !== null };
  }
  return { ...settings, endpoints };
}

async function savePatch(store: SettingsStore, patch: SettingsPatch): Promise<void> {
  const next: Settings = applyPatch(await store.load(), patch);
  const keys: Partial<Record<EndpointKind, string | null>> = {};
  for (const kind of ENDPOINT_KINDS) {
    const key = patch.endpoints?.[kind]?.apiKey;
    if (key !== undefined) keys[kind] = key === null || key.trim() === "" ? null : key.trim();
  }
  await store.save(next, keys);
}

function viewOfDefaults(): SettingsView {
  const endpoints = {} as SettingsView["endpoints"];
  for (const kind of ENDPOINT_KINDS) endpoints[kind] = { ...DEFAULT_SETTINGS.endpoints[kind], hasKey: false };
  return { ...DEFAULT_SETTINGS, endpoints };
}

function checkTitle(title: string): string {
  const line = title.replaceAll(/\s+/g, " ").trim();
  if (line === "") throw new OkcvmError("bad-arguments", "A title needs at least one character.");
  return line.slice(0, 200);
}
