import {
  applyPatch,
  ENDPOINT_KINDS,
  type EndpointKind,
  type Settings,
  type SettingsPatch,
} from "../domain/settings.ts";
import { SYNCED_SETTINGS, type SyncedSetting } from "../domain/sync-items.ts";

/** What a synced setting holds. */
export function settingValue(settings: Settings, field: SyncedSetting): unknown {
  const kind = endpointOf(field);
  return kind === null ? settings[field as "theme"] : settings.endpoints[kind];
}

/** Settings with one from elsewhere. Errors: `bad-arguments` for a value that is none. */
export function withSetting(settings: Settings, field: SyncedSetting, value: unknown): Settings {
  const kind = endpointOf(field);
  const patch = (kind === null ? { [field]: value } : { endpoints: { [kind]: value } }) as SettingsPatch;
  return applyPatch(settings, patch);
}

/** The synced settings that differ. */
export function changedSettings(before: Settings, after: Settings): SyncedSetting[] {
  return SYNCED_SETTINGS.filter(
    (field) => JSON.stringify(settingValue(before, field)) !== JSON.stringify(settingValue(after, field)),
  );
}

function endpointOf(field: SyncedSetting): EndpointKind | null {
  return ENDPOINT_KINDS.find((kind) => field === `endpoint-${kind}`) ?? null;
}
