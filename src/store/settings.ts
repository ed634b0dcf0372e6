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

/** Settings and keys in Dexie. */
export class DexieSettings implements SettingsStore {
  readonly #db: AppDatabase;
  readonly #announcer = new Announcer("okcvm-settings");

  constructor(db: AppDatabase) {
    this.#db = db;
  }

  async load(): Promise<Settings> {
    const row = await this.#db.settings.get("settings");
    const stored = (row?.value ?? {}) as Partial<Settings>;
    // A setting that came with a later version has its default until it is set.
    return {
      ...DEFAULT_SETTINGS,
      ...stored,
      endpoints: { ...DEFAULT_SETTINGS.endpoints, ...stored.endpoints },
    };
  }

  async save(settings: Settings, keys: Partial<Record<EndpointKind, string | null>> = {}): Promise<void> {
    await this.#db.transaction("rw", [this.#db.settings, this.#db.keys], async () => {
      await this.#db.settings.put({ name: "settings", value: settings });
      for (const kind of ENDPOINT_KINDS) {
        const key = keys[kind];
        const name = keyName(kind, settings.endpoints[kind]);
        if (key === null) await this.#db.keys.delete(name);
        else if (key !== undefined) await this.#db.keys.put({ name, value: key });
      }
    });
    this.#announcer.announce();
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

function keyName(kind: EndpointKind, endpoint: Endpoint): string {
  return `${kind} ${hostOf(endpoint)}`;
}
