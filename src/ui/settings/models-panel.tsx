import ChevronRight from "lucide-solid/icons/chevron-right";
import { For, Show, type JSX } from "solid-js";

import { ENDPOINT_KINDS, type EndpointKind, type SettingsView } from "../../domain/settings.ts";
import { useApp } from "../state/app-context.ts";
import { settingsTexts } from "../texts/settings-texts.ts";
import { t } from "../texts/texts.ts";
import { EndpointForm } from "./endpoint-form.tsx";
import { createSaving, SavedMark } from "./saving.tsx";

/** The five endpoints, the chat model first; and the guided demo in its place. */
export function ModelsPanel(): JSX.Element {
  const app = useApp();
  return (
    <Show when={app.settings()}>
      {(settings) => (
        <div>
          <DemoSwitch settings={settings()} />
          <For each={ENDPOINT_KINDS}>{(kind) => <EndpointRow kind={kind} settings={settings()} />}</For>
          <p class="small quiet">{settingsTexts.keysNote}</p>
        </div>
      )}
    </Show>
  );
}

function DemoSwitch(props: { settings: SettingsView }): JSX.Element {
  const saving = createSaving();
  return (
    <Show when={props.settings.demo}>
      <div class="status" data-tone="warning">
        <p>{settingsTexts.demoOn}</p>
        <div class="row">
          <button type="button" class="button" onClick={() => void saving.save({ demo: false })}>
            {settingsTexts.demoEnd}
          </button>
          <Show when={saving.problem()}>{(problem) => <span class="problem">{problem()}</span>}</Show>
          <SavedMark when={saving.saved()} />
        </div>
      </div>
    </Show>
  );
}

function EndpointRow(props: { kind: EndpointKind; settings: SettingsView }): JSX.Element {
  const state = (): string => {
    const endpoint = props.settings.endpoints[props.kind];
    return endpoint.baseUrl === "" ? t.endpoint.notSet : endpoint.model || endpoint.baseUrl;
  };
  return (
    <details class="endpoint" open={props.kind === "chat"}>
      <summary>
        <ChevronRight size={14} />
        {t.endpoint.kinds[props.kind]}
        <span class="small quiet cut">{state()}</span>
      </summary>
      <EndpointForm kind={props.kind} endpoint={props.settings.endpoints[props.kind]} />
    </details>
  );
}
