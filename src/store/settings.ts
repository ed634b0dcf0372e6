import { DEFAULT_SETTINGS, type EndpointKind, type Settings } from "../domain/settings.ts";
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

  async save(settings: Settings): Promise<void> {
    await this.#db.settings.put({ name: "settings", value: settings });
    this.#announcer.announce();
  }

  async key(kind: EndpointKind): Promise<string | null> {
    const row = await this.#db.keys.get(kind);
    return typeof row?.value === "string" ? row.value : null;
  }

  async setKey(kind: EndpointKind, key: string | null): Promise<void> {
    if (key === null) await this.#db.keys.delete(kind);
    else await this.#db.keys.put({ name: kind, value: key });
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
