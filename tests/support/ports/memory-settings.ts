import {
  DEFAULT_SETTINGS,
  ENDPOINT_KINDS,
  hostOf,
  type Endpoint,
  type EndpointKind,
  type Settings,
} from "../../../src/domain/settings.ts";
import type { Bundle, SettingsStore } from "../../../src/ports/settings-store.ts";

/** Settings in memory. `faults` makes a method fail until it is taken out. */
export class MemorySettings implements SettingsStore {
  readonly faults = new Map<keyof SettingsStore, Error>();
  #settings: Settings = structuredClone(DEFAULT_SETTINGS);
  #bundle: Bundle | null = null;
  readonly #keys = new Map<string, string>();
  readonly #listeners = new Set<() => void>();

  async load(): Promise<Settings> {
    return structuredClone(this.#settings);
  }
  async save(settings: Settings, keys: Partial<Record<EndpointKind, string | null>> = {}): Promise<void> {
    this.#check("save");
    this.#settings = structuredClone(settings);
    for (const kind of ENDPOINT_KINDS) {
      const key = keys[kind];
      const name = `${kind} ${hostOf(settings.endpoints[kind])}`;
      if (key === null) this.#keys.delete(name);
      else if (key !== undefined) this.#keys.set(name, key);
    }
    this.#announce();
  }
  async key(kind: EndpointKind, endpoint: Endpoint = this.#settings.endpoints[kind]): Promise<string | null> {
    return this.#keys.get(`${kind} ${hostOf(endpoint)}`) ?? null;
  }
  async gitToken(host: string): Promise<string | null> {
    return this.#keys.get(`git ${host}`) ?? null;
  }
  async setGitToken(host: string, token: string | null): Promise<void> {
    this.#check("setGitToken");
    if (token === null) this.#keys.delete(`git ${host}`);
    else this.#keys.set(`git ${host}`, token);
    this.#announce();
  }
  async bundle(): Promise<Bundle | null> {
    return structuredClone(this.#bundle);
  }
  async setBundle(bundle: Bundle | null): Promise<void> {
    this.#check("setBundle");
    this.#bundle = structuredClone(bundle);
    this.#announce();
  }
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #check(method: keyof SettingsStore): void {
    const fault = this.faults.get(method);
    if (fault) throw fault;
  }
  #announce(): void {
    for (const listener of this.#listeners) listener();
  }
}
