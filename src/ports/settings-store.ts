import type { EndpointKind, Settings } from "../domain/settings.ts";
import type { ToolSpec } from "../domain/tool-spec.ts";

/** A prompt and tools bundle a person loaded in place of the built-in one. */
export interface Bundle {
  systemPrompt: string;
  tools: ToolSpec[];
}

/** Settings and keys. Keys can be read only by the model adapters in the app's own origin. */
export interface SettingsStore {
  load(): Promise<Settings>;
  save(settings: Settings): Promise<void>;
  /** null when none is set. */
  key(kind: EndpointKind): Promise<string | null>;
  setKey(kind: EndpointKind, key: string | null): Promise<void>;
  /** null: the built-in bundle. */
  bundle(): Promise<Bundle | null>;
  setBundle(bundle: Bundle | null): Promise<void>;
  /** Called after any change, in this tab or another. */
  subscribe(listener: () => void): () => void;
}
