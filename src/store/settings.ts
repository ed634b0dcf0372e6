import {
  DEFAULT_SETTINGS,
  ENDPOINT_KINDS,
  hostOf,
  type Endpoint,
  type EndpointKind,
  type Settings,
} from "../domain/settings.ts";
import type { Bundle, SettingsStore } from "../ports/settings-store.ts";
import { Announcer } from "./announcer.ts";
import type { AppDatabase } from "./database.ts";
import type { Outbox } from "./outbox.ts";
import { changedSettings } from "./synced-settings.ts";

/** Settings and keys in Dexie. */
export class DexieSettings implements SettingsStore {
  readonly #db: AppDatabase;
  readonly #outbox: Outbox;
  readonly #announcer: Announcer;

  constructor(db: AppDatabase, outbox: Outbox) {
    this.#db = db;
    this.#outbox = outbox;
    this.#announcer = settingsAnnouncer(db);
  }

  load(): Promise<Settings> {
    return loadSettings(this.#db);
  }

  async save(settings: Settings, keys: Partial<Record<EndpointKind, string | null>> = {}): Promise<void> {
    const tables = [this.#db.settings, this.#db.keys, ...this.#outbox.tables];
    await this.#db.transaction("rw", tables, async () => {
      const changed = changedSettings(await this.load(), settings);
      await this.#outbox.noteHome(changed.map((field) => ({ kind: "setting" as const, field })));
      await this.#db.settings.put({ name: "settings", value: settings });
      for (const kind of ENDPOINT_KINDS) {
        const key = keys[kind];
        const name = keyName(kind, settings.endpoints[kind]);
        if (key === null) await this.#db.keys.delete(name);
        else if (key !== undefined) await this.#db.keys.put({ name, value: key });
      }
    });
    this.#announcer.announce();
    this.#outbox.announce();
  }

  async key(kind: EndpointKind, endpoint: Endpoint): Promise<string | null> {
    const row = await this.#db.keys.get(keyName(kind, endpoint));
    return typeof row?.value === "string" ? row.value : null;
  }

  async gitToken(host: string): Promise<string | null> {
    const row = await this.#db.keys.get(`git ${host}`);
    return typeof row?.value === "string" ? row.value : null;
  }

  async setGitToken(host: string, token: string | null): Promise<void> {
    if (token === null) await this.#db.keys.delete(`git ${host}`);
    else await this.#db.keys.put({ name: `git ${host}`, value: token });
    this.#announcer.announce();
  }

  async bundle(): Promise<Bundle | null> {
    const row = await this.#db.settings.get("bundle");
    return (row?.value as Bundle | undefined) ?? null;
  }

  async setBundle(bundle: Bundle | null): Promise<void> {
    if (bundle === null) await this.#db.settings.delete("bundle");
    else await this.#db.settings.put({ name: "bundle", value: bundle });
    this.#announcer.announce();
  }

  subscribe(listener: () => void): () => void {
    return this.#announcer.subscribe(listener);
  }
}

/** Tells of changed settings; the sync store has one of its own. */
export function settingsAnnouncer(db: AppDatabase): Announcer {
  return new Announcer(`${db.name}-settings`);
}

export async function loadSettings(db: AppDatabase): Promise<Settings> {
  const row = await db.settings.get("settings");
  const stored = (row?.value ?? {}) as Partial<Settings>;
  // A setting that came with a later version has its default until it is set.
  return {
    ...DEFAULT_SETTINGS,
    ...stored,
    endpoints: { ...DEFAULT_SETTINGS.endpoints, ...stored.endpoints },
  };
}

function keyName(kind: EndpointKind, endpoint: Endpoint): string {
  return `${kind} ${hostOf(endpoint)}`;
}
