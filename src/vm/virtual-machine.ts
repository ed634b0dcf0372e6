import type { Conversation } from "../domain/conversation.ts";
import { OkcvmError } from "../domain/errors.ts";
import { TaskQueue } from "../domain/queue.ts";
import {
  applyPatch,
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
import type { Publisher } from "../ports/publisher.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Bundle, SettingsStore } from "../ports/settings-store.ts";
import type { Workspace, Workspaces } from "../ports/workspace.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import type { EndpointTest, Okcvm } from "./api.ts";
import { LiveSession } from "./session.ts";

/** How long a deleted conversation can be brought back. Milliseconds. */
const KEEP_DELETED_MS = 24 * 60 * 60 * 1000;

/** The adapters a virtual machine is made of. */
export interface MachineParts {
  registry: ToolRegistry;
  systemPrompt: string;
  settings: SettingsStore;
  conversations: Conversations;
  workspaces: Workspaces;
  publisher: Publisher;
  clock: Clock;
  model: ModelSource;
  openSandbox(workspace: Workspace): Sandbox;
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
  readonly #parts: MachineParts;
  readonly #sessions = new Map<string, Promise<LiveSession>>();
  readonly #finding = new TaskQueue();
  #bundle: Bundle | null = null;

  constructor(parts: MachineParts) {
    this.#parts = parts;
    this.registry = registryOf(parts.registry);
    this.settings = this.#settingsApi();
    this.conversations = this.#conversationsApi();
    this.ready = this.#prepare();
  }

  async open(conversationId?: string, options: { takeOver?: boolean } = {}): Promise<LiveSession> {
    // One at a time: two callers that find no conversation must not make two.
    const conversation = await this.#finding.run(() => this.#conversation(conversationId));
    const open = this.#sessions.get(conversation.id);
    if (open && !options.takeOver) return open;
    // A session taken over in this very tab must not take its successor's place away when it closes.
    const forget = (): void => {
      if (this.#sessions.get(conversation.id) === opening) this.#sessions.delete(conversation.id);
    };
    const opening = this.#openSession(conversation, { takeOver: options.takeOver === true, onClose: forget });
    this.#sessions.set(conversation.id, opening);
    opening.catch(forget);
    return opening;
  }

  async #prepare(): Promise<Okcvm> {
    this.#bundle = await this.#parts.settings.bundle();
    this.#parts.registry.useBundle(this.#bundle?.tools ?? null);
    await this.#purgeOld();
    return this;
  }

  async #purgeOld(): Promise<void> {
    const now = this.#parts.clock.now();
    for (const conversation of await this.#parts.conversations.deleted()) {
      if (now - (conversation.deletedAt ?? now) < KEEP_DELETED_MS) continue;
      try {
        await this.#parts.publisher.destroy(conversation.id);
        await this.#parts.workspaces.destroy(conversation.id);
        await this.#parts.conversations.purge(conversation.id);
      } catch {
        // It stays deleted and is tried again at the next start; the page must open all the same.
      }
    }
  }

  async #conversation(id: string | undefined): Promise<Conversation> {
    const { conversations } = this.#parts;
    if (id === undefined) return (await conversations.list())[0] ?? conversations.create();
    const found = await conversations.get(id);
    if (!found || found.deletedAt !== null)
      throw new OkcvmError("not-found", "That conversation does not exist in this browser.");
    return found;
  }

  async #openSession(
    conversation: Conversation,
    options: { takeOver: boolean; onClose: () => void },
  ): Promise<LiveSession> {
    const parts = this.#parts;
    const workspace = await parts.workspaces.open(conversation.id, { takeOver: options.takeOver });
    try {
      return await LiveSession.open({
        conversation,
        workspace,
        sandbox: parts.openSandbox(workspace),
        publisher: parts.publisher,
        conversations: parts.conversations,
        registry: parts.registry,
        clock: parts.clock,
        model: parts.model,
        policy: () => this.#policy(),
        report: parts.report,
        onClose: options.onClose,
      });
    } catch (error) {
      await workspace.close();
      throw error;
    }
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
      get: () => viewOf(settings),
      set: (patch) => savePatch(settings, patch),
      subscribe: (listener) => settings.subscribe(listener),
      test: async (kind) =>
        testEndpoint(kind, (await settings.load()).endpoints[kind], await settings.key(kind)),
      bundle: async () => ({
        builtIn: this.#bundle === null,
        tools: registry.names().length,
        systemPrompt: this.#bundlePrompt(),
      }),
      loadBundle: async (systemPrompt, toolsJson) => {
        const bundle = await parseBundle(systemPrompt, toolsJson, registry.builtInSpecs);
        await settings.setBundle(bundle);
        this.#useBundle(bundle);
      },
      resetBundle: async () => {
        await settings.setBundle(null);
        this.#useBundle(null);
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
      create: () => conversations.create(),
      rename: (id, title) => conversations.rename(id, checkTitle(title)),
      remove: async (id) => {
        const session = await this.#sessions.get(id);
        await session?.close();
        await conversations.delete(id);
      },
      restore: (id) => conversations.undelete(id),
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

async function viewOf(store: SettingsStore): Promise<SettingsView> {
  const settings = await store.load();
  const endpoints = {} as SettingsView["endpoints"];
  for (const kind of ENDPOINT_KINDS) {
    endpoints[kind] = { ...settings.endpoints[kind], hasKey: (await store.key(kind)) !== null };
  }
  return { ...settings, endpoints };
}

async function savePatch(store: SettingsStore, patch: SettingsPatch): Promise<void> {
  const before = await store.load();
  const next: Settings = applyPatch(before, patch);
  for (const kind of ENDPOINT_KINDS) {
    // A key belongs to the host it was entered for, and never goes to another by itself.
    const moved = hostOf(before.endpoints[kind]) !== hostOf(next.endpoints[kind]);
    const asked = patch.endpoints?.[kind]?.apiKey;
    const key = asked === undefined && moved ? null : asked;
    if (key !== undefined) await store.setKey(kind, key === null || key.trim() === "" ? null : key.trim());
  }
  await store.save(next);
}

function hostOf(endpoint: Endpoint): string {
  return endpoint.baseUrl === "" ? "" : new URL(endpoint.baseUrl).origin;
}

function checkTitle(title: string): string {
  const line = title.replaceAll(/\s+/g, " ").trim();
  if (line === "") throw new OkcvmError("bad-arguments", "A title needs at least one character.");
  return line.slice(0, 200);
}
