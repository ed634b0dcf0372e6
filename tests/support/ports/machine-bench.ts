import type { RunEvent } from "../../../src/domain/events.ts";
import type { ChatModel } from "../../../src/ports/chat-model.ts";
import { ToolRegistry } from "../../../src/tools/registry.ts";
import { parseBundle } from "../../../src/tools/bundle.ts";
import { VirtualMachine } from "../../../src/vm/virtual-machine.ts";
import { FakePython } from "./fake-python.ts";
import { FakeSandbox } from "./fake-sandbox.ts";
import { HeldClock, settle } from "./held-clock.ts";
import { MemoryConversations } from "./memory-conversations.ts";
import { MemoryProfiles } from "./memory-profiles.ts";
import { MemoryPublisher } from "./memory-publisher.ts";
import { MemorySettings } from "./memory-settings.ts";
import { MemorySync } from "./memory-sync.ts";
import { MemoryTabs } from "./memory-tabs.ts";
import { MemoryWorkspaces } from "./memory-workspace.ts";
import { ScriptedModel } from "./scripted-model.ts";
import { BUILT_TOOLS, SHIPPED_SPECS } from "./tool-context.ts";

/** A whole OKCVM on memory ports. What it stores outlives `boot`, which opens it anew as a new tab would. */
export class MachineBench {
  readonly clock = new HeldClock();
  readonly conversations = new MemoryConversations(this.clock);
  readonly settings = new MemorySettings();
  readonly workspaces = new MemoryWorkspaces();
  readonly tabs = new MemoryTabs();
  readonly sync = new MemorySync();
  readonly publisher = new MemoryPublisher();
  readonly profiles = new MemoryProfiles();
  readonly sandboxes: FakeSandbox[] = [];
  readonly tested: unknown[] = [];
  readonly reported: unknown[] = [];
  model: ChatModel | Error = new ScriptedModel([]);
  machine = this.boot();

  boot(): VirtualMachine {
    for (const workspace of this.workspaces.made.values()) void workspace.close();
    this.machine = this.tab();
    return this.machine;
  }

  /** One more tab on what is stored; the others stay open. */
  tab(): VirtualMachine {
    return new VirtualMachine({
      registry: new ToolRegistry(SHIPPED_SPECS, BUILT_TOOLS),
      systemPrompt: "Root {{root}}, day {{date}}, uploads {{uploads}}.",
      settings: this.settings,
      conversations: this.conversations,
      workspaces: this.workspaces,
      publisher: this.publisher,
      storage: {
        estimate: async () => ({ usage: 1, quota: 2, persisted: false }),
        persist: async () => true,
      },
      sync: this.sync,
      profiles: this.profiles,
      tabs: this.tabs,
      disks: {
        supported: () => false,
        load: async () => Promise.reject(new Error("There is no disk here.")),
      },
      clock: this.clock,
      model: async () => {
        if (this.model instanceof Error) throw this.model;
        return this.model;
      },
      openSandbox: () => {
        const sandbox = new FakeSandbox();
        this.sandboxes.push(sandbox);
        return sandbox;
      },
      openPython: () => new FakePython(),
      report: (error) => this.reported.push(error),
      testEndpoint: async (...given) => {
        this.tested.push(given);
        return { ok: true, message: "Works.", ms: 1 };
      },
      parseBundle: async (prompt, tools, builtIn) => parseBundle(prompt, tools, builtIn),
    });
  }

  /** Reads a run to its end, moving time on while only time is missing. */
  async finish(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
    const seen: RunEvent[] = [];
    let over = false;
    const reading = (async () => {
      for await (const event of events) seen.push(event);
    })().finally(() => {
      over = true;
    });
    reading.catch(() => {});
    for (let turn = 0; turn < 200 && !over; turn++) {
      await settle();
      if (!over) await this.clock.advance(250);
    }
    if (!over) throw new Error("The run has not ended.");
    await reading;
    return seen;
  }
}
