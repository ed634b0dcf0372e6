import type { ServerInfo } from "../domain/server-info.ts";
import type { EngineSettings } from "../domain/settings.ts";
import type { Sandbox } from "../ports/sandbox.ts";
import type { Workspace } from "../ports/workspace.ts";
import { ChosenSandbox } from "./chosen-sandbox.ts";
import { planEngine } from "./engine-plan.ts";

export interface SandboxParts {
  workspace: Workspace;
  settings: {
    load(): Promise<{ engine: EngineSettings }>;
    subscribe(listener: () => void): () => void;
  };
  /** What the server offers; null when it cannot be asked. */
  info(): Promise<ServerInfo | null>;
  embedded(): Sandbox;
}

/** The engine for a conversation's commands, as settings and the server have it. */
export function openSandbox({ workspace, settings, info, embedded }: SandboxParts): ChosenSandbox {
  return new ChosenSandbox({
    plan: async () => {
      const { engine } = await settings.load();
      const offer = engine.choice === "embedded" ? null : ((await info())?.webcontainer ?? null);
      return planEngine(engine, offer);
    },
    subscribe: (listener) => settings.subscribe(listener),
    online: () => navigator.onLine,
    subscribeOnline(listener) {
      window.addEventListener("online", listener);
      return () => window.removeEventListener("online", listener);
    },
    embedded,
    // Loaded when it is used: most people never do.
    webcontainer: async (address, fallback) => {
      const { WebContainerSandbox } = await import("./webcontainer/webcontainer-sandbox.ts");
      return new WebContainerSandbox({ workspace, address, fallback });
    },
  });
}
