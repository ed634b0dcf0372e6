import type { Conversation } from "../../../src/domain/conversation.ts";
import { OkcvmError } from "../../../src/domain/errors.ts";
import { newId } from "../../../src/domain/ids.ts";
import {
  applyPatch,
  DEFAULT_SETTINGS,
  ENDPOINT_KINDS,
  type EndpointKind,
  type SettingsView,
} from "../../../src/domain/settings.ts";
import type { Okcvm, ToolListing } from "../../../src/vm/api.ts";
import { MemoryProfiles } from "../ports/memory-profiles.ts";
import { createFakeSession, type FakeSession } from "./fake-session.ts";
import { fakeStorage } from "./fake-storage.ts";
import { fakeSync } from "./fake-sync.ts";
import { seedHistory } from "./seed-history.ts";

const HOUR = 3_600_000;
const TITLES = [
  "How tides work, as a page with a moving diagram",
  "Compare the two drafts of the quarterly report for the board and list every number that changed between them",
  "潮汐の仕組みを説明するページを作って公開する",
  "Antidisestablishmentarianismantidisestablishmentarianism",
  "Clean up photos.csv",
  "Notes on the harbour",
  "Unit conversion script",
  "Reading list",
  "Sort the receipts",
  "A timetable for the ferry",
];

const FILES: Record<string, string | Uint8Array<ArrayBuffer>> = {
  "site/index.html": `<!doctype html>\n<html lang="en">\n  <head>\n    <title>How tides work</title>\n  </head>\n${"  <p>The moon pulls the water nearest to it hardest.</p>\n".repeat(60)}</html>\n`,
  "site/style.css": "body {\n  margin: 0;\n}\n",
  "site/assets/chart.svg":
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80"><rect width="200" height="80" fill="teal"/></svg>',
  "output/report.md": "# Report\n\nOne line.\n",
  "upload/measurements.csv": "hour,height\n0,1.4\n",
  "output/data.bin": new Uint8Array([0, 1, 2, 3, 255]),
  "output/a-file-with-a-very-long-name-that-does-not-fit-into-the-tree-at-any-width.txt": "text\n",
};

/** An Okcvm in memory. `scene` says what the page opens with. */
export function createFakeOkcvm(scene: string): Okcvm {
  const notify = new Set<() => void>();
  const sessions = new Map<string, FakeSession>();
  let settings = DEFAULT_SETTINGS;
  const keys = new Set<EndpointKind>();
  if (scene !== "welcome" && scene !== "no-model") {
    settings = applyPatch(settings, {
      endpoints: { chat: { baseUrl: "https://api.example.com/v1", model: "kimi-k2.5" } },
    });
    keys.add("chat");
  }
  const single = scene === "welcome" || scene === "empty";
  const titles = single ? [""] : TITLES;
  const list: Conversation[] = titles.map((title, index) =>
    record(title, Date.now() - index * index * 5 * HOUR),
  );
  const [first] = list;
  if (first && scene.startsWith("incomplete")) list[0] = { ...first, incomplete: true };
  const tell = (): void => notify.forEach((listener) => listener());
  const subscribe = (listener: () => void): (() => void) => {
    notify.add(listener);
    return () => notify.delete(listener);
  };
  const view = (): SettingsView => ({
    ...settings,
    endpoints: Object.fromEntries(
      ENDPOINT_KINDS.map((kind) => [kind, { ...settings.endpoints[kind], hasKey: keys.has(kind) }]),
    ) as SettingsView["endpoints"],
  });
  const change = (id: string, patch: Partial<Conversation>): void => {
    const index = list.findIndex((one) => one.id === id);
    const old = list[index];
    if (old) list[index] = { ...old, ...patch };
    tell();
  };
  const sessionOf = (id: string): FakeSession => {
    const made = sessions.get(id) ?? createFakeSession(id, single ? {} : FILES, () => settings.demo);
    if (!sessions.has(id)) prepare(made, scene, id === list[0]?.id);
    sessions.set(id, made);
    return made;
  };
  const okcvm: Okcvm = {
    ready: Promise.resolve() as unknown as Promise<Okcvm>,
    registry: { names: () => [], list: () => toolListings(), register: () => undefined },
    settings: {
      get: () => view(),
      set: async (patch) => {
        settings = applyPatch(settings, patch);
        for (const kind of ENDPOINT_KINDS) {
          const apiKey = patch.endpoints?.[kind]?.apiKey;
          if (apiKey) keys.add(kind);
          else if (apiKey === null) keys.delete(kind);
        }
        tell();
      },
      test: async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        return settings.endpoints.chat.baseUrl.includes("localhost")
          ? {
              ok: false,
              message:
                "Nothing answers at http://localhost:11434/v1. Start the server, or check the address.",
              ms: 12,
            }
          : { ok: true, message: "The model answered.", ms: 412 };
      },
      bundle: async () => ({
        builtIn: true,
        tools: 24,
        systemPrompt: "You are an agent with a computer of your own.\n\nWork in steps.",
      }),
      loadBundle: async () => {
        throw new OkcvmError(
          "bad-bundle",
          "tools.json, line 14: “parameters” is missing for mshtools-shell.",
        );
      },
      resetBundle: async () => undefined,
      subscribe,
    },
    sync: fakeSync(scene),
    profiles: new MemoryProfiles(),
    disk: { supported: () => false, open: async () => Promise.reject(new Error("There is no disk here.")) },
    git: {
      import: (session, access, options) => session.workspace.importGit(access, options),
      push: (session, access, options) => session.workspace.pushGit(access, options),
      hasToken: async (url) => url.includes("github.com"),
      forgetToken: async () => undefined,
    },
    conversations: {
      list: async () => list.filter((one) => one.deletedAt === null),
      deleted: async () => list.filter((one) => one.deletedAt !== null),
      create: async () => {
        const made = record("", Date.now());
        list.unshift(made);
        tell();
        return made;
      },
      rename: async (id, title) => change(id, { title }),
      remove: async (id) => change(id, { deletedAt: Date.now() }),
      restore: async (id) => change(id, { deletedAt: null }),
      purge: async (id) => {
        list.splice(
          list.findIndex((one) => one.id === id),
          1,
        );
        tell();
      },
      subscribe,
    },
    storage: fakeStorage(scene),
    open: async (id, options) => {
      const wanted = id ?? list.find((one) => one.deletedAt === null)?.id ?? "";
      if (!list.some((one) => one.id === wanted))
        throw new OkcvmError("not-found", "That conversation does not exist.");
      if (scene === "busy" && !options?.takeOver)
        throw new OkcvmError("workspace-busy", "Another tab holds it.");
      const fresh = !sessions.has(wanted);
      const session = sessionOf(wanted);
      if (fresh && wanted === list[0]?.id) await seedHistory(session.workspace, scene);
      return session;
    },
  };
  Object.assign(okcvm, { ready: readiness(scene, okcvm) });
  return okcvm;
}

async function readiness(scene: string, okcvm: Okcvm): Promise<Okcvm> {
  if (scene === "start-error") {
    throw new OkcvmError(
      "not-supported",
      "This browser keeps no data for this page (IndexedDB is off). Leave private browsing, or allow storage, then retry.",
    );
  }
  if (scene === "starting") await new Promise(() => undefined);
  return okcvm;
}

function prepare(session: FakeSession, scene: string, first: boolean): void {
  if (!first) return;
  if (["done", "closed", "no-model", "history"].includes(scene))
    session.playNow(
      "Build a one-page site that explains how tides work, with a moving diagram, and publish it.",
    );
  if (scene === "notebook") session.playNow("Look into the measurements in a notebook.");
  if (scene === "error") session.playNow("Please fail at this, so that the error can be looked at.");
  if (scene === "closed")
    setTimeout(
      () => session.emit({ type: "closed", error: { code: "workspace-busy", message: "Taken." } }),
      300,
    );
}

function record(title: string, at: number): Conversation {
  return { id: newId(), title, createdAt: at, updatedAt: at, leafId: null, deletedAt: null };
}

function toolListings(): ToolListing[] {
  const description =
    "Runs one command in a fresh shell on the workspace and answers its output.\nTimeouts are in milliseconds.";
  return [
    { name: "mshtools-shell", description, status: "offered", custom: false },
    { name: "draw_diagram", description: "Draws a diagram.", status: "offered", custom: true },
    { name: "mshtools-browser_visit", description: "Opens a page.", status: "coming", custom: false },
  ];
}
