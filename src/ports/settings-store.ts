import type { Endpoint, EndpointKind, Settings } from "../domain/settings.ts";
import type { ToolSpec } from "../domain/tool-spec.ts";

/** A prompt and tools bundle a person loaded in place of the built-in one. */
export interface Bundle {
  systemPrompt: string;
  tools: ToolSpec[];
}

/** Settings and keys. Keys can be read only by the model adapters in the app's own origin. */
export interface SettingsStore {
  load(): Promise<Settings>;
  /** Stores settings and keys in one transaction; a key of null is removed. Keys are kept for the endpoint's host as `settings` has it. */
  save(settings: Settings, keys?: Partial<Record<EndpointKind, string | null>>): Promise<void>;
  /**
   * The key of an endpoint: that which was entered for its kind and host, so that
   * no key ever goes to a host it was not meant for, and one is there again when
   * its host is. null when none is set.
   */
  key(kind: EndpointKind, endpoint: Endpoint): Promise<string | null>;
  /** The access token kept for a Git host; null when none is. */
  gitToken(host: string): Promise<string | null>;
  /** null removes it. */
  setGitToken(host: string, token: string | null): Promise<void>;
  /** null: the built-in bundle. */
  bundle(): Promise<Bundle | null>;
  setBundle(bundle: Bundle | null): Promise<void>;
  /** Called after any change, in this tab or another. */
  subscribe(listener: () => void): () => void;
}
