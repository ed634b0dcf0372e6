import KeyRound from "lucide-solid/icons/key-round";
import { createSignal, For, Show, type JSX } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import { MODEL_PRESETS } from "../../domain/model-presets.ts";
import type { EndpointKind, SettingsView } from "../../domain/settings.ts";
import type { EndpointTest } from "../../vm/api.ts";
import { Field } from "../parts/field.tsx";
import { useApp } from "../state/app-context.ts";
import { t } from "../texts/texts.ts";
import { createSaving, SavedMark, type Saving } from "./saving.tsx";
import { TextSetting } from "./text-setting.tsx";

type View = SettingsView["endpoints"][EndpointKind];

/** Base URL, model and key of one endpoint; each is saved when it is left. */
export function EndpointForm(props: { kind: EndpointKind; endpoint: View }): JSX.Element {
  const url = createSaving();
  const model = createSaving();
  return (
    <div class="stack">
      <p class="small quiet">{t.endpoint.about[props.kind]}</p>
      <Show when={props.kind === "chat"}>
        <Presets endpoint={props.endpoint} saving={url} />
      </Show>
      <TextSetting
        label={t.endpoint.baseUrl}
        value={props.endpoint.baseUrl}
        placeholder={t.endpoint.baseUrlExample}
        saving={url}
        onSave={(baseUrl) => url.save({ endpoints: { [props.kind]: { baseUrl } } })}
      />
      <KeySetting kind={props.kind} hasKey={props.endpoint.hasKey} />
      <TextSetting
        label={t.endpoint.model}
        value={props.endpoint.model}
        placeholder={t.endpoint.modelExamples[props.kind]}
        saving={model}
        onSave={(name) => model.save({ endpoints: { [props.kind]: { model: name } } })}
      />
      <TestButton kind={props.kind} disabled={props.endpoint.baseUrl === "" || props.endpoint.model === ""} />
    </div>
  );
}

function Presets(props: { endpoint: View; saving: Saving }): JSX.Element {
  return (
    <div class="presets" role="group" aria-label={t.welcome.presets}>
      <For each={MODEL_PRESETS}>
        {(preset) => (
          <button
            type="button"
            class="preset"
            aria-pressed={preset.baseUrl === props.endpoint.baseUrl}
            onClick={() =>
              void props.saving.save({
                endpoints: { chat: { baseUrl: preset.baseUrl, model: preset.exampleModel } },
              })
            }
          >
            {preset.label}
          </button>
        )}
      </For>
    </div>
  );
}

function KeySetting(props: { kind: EndpointKind; hasKey: boolean }): JSX.Element {
  const saving = createSaving();
  const [replacing, setReplacing] = createSignal(false);
  const set = async (field: HTMLInputElement): Promise<void> => {
    const apiKey = field.value.trim();
    if (apiKey === "") return;
    if (!(await saving.save({ endpoints: { [props.kind]: { apiKey } } }))) return;
    field.value = "";
    setReplacing(false);
  };
  const remove = (): void => {
    void saving.save({ endpoints: { [props.kind]: { apiKey: null } } });
  };
  return (
    <div>
      <Show
        when={!props.hasKey || replacing()}
        fallback={
          <div class="field">
            <span class="label">{t.endpoint.key}</span>
            <div class="key-state">
              <KeyRound size={15} />
              <span class="grow">{t.endpoint.keyIsSet}</span>
              <button type="button" class="button" onClick={() => setReplacing(true)}>
                {t.endpoint.keyReplace}
              </button>
              <button type="button" class="button danger" onClick={remove}>
                {t.endpoint.keyRemove}
              </button>
            </div>
          </div>
        }
      >
        <form onSubmit={(event) => event.preventDefault()}>
          <Field label={t.endpoint.key} problem={saving.problem()}>
            {(id) => (
              <input
                id={id}
                class="input"
                type="password"
                autocomplete="new-password"
                placeholder={props.hasKey ? t.endpoint.keySaved : t.endpoint.keyEmpty}
                onChange={(event) => void set(event.currentTarget)}
              />
            )}
          </Field>
        </form>
      </Show>
      <SavedMark when={saving.saved()} />
    </div>
  );
}

function TestButton(props: { kind: EndpointKind; disabled: boolean }): JSX.Element {
  const app = useApp();
  const [busy, setBusy] = createSignal(false);
  const [result, setResult] = createSignal<EndpointTest>();
  const run = async (): Promise<void> => {
    setBusy(true);
    setResult(undefined);
    try {
      setResult(await app.okcvm.settings.test(props.kind));
    } catch (error) {
      setResult({ ok: false, message: toErrorValue(error).message, ms: 0 });
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="row test-row">
      <button type="button" class="button" disabled={props.disabled || busy()} onClick={() => void run()}>
        {busy() ? t.welcome.testing : t.welcome.test}
      </button>
      <div role="status" class="grow">
        <Show when={result()}>
          {(test) => (
            <p class={test().ok ? "good" : "problem"}>
              {test().message}
              <Show when={test().ms > 0}> {t.endpoint.took(test().ms)}</Show>
            </p>
          )}
        </Show>
      </div>
    </div>
  );
}
