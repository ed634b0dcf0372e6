import { createSignal, For, Show, type JSX } from "solid-js";

import { MODEL_PRESETS } from "../../domain/model-presets.ts";
import type { SettingsPatch } from "../../domain/settings.ts";
import { toErrorValue } from "../../domain/errors.ts";
import type { EndpointTest } from "../../vm/api.ts";
import { Field } from "../parts/field.tsx";
import { SecretField } from "../parts/secret-field.tsx";
import { useApp } from "../state/app-context.ts";
import { t } from "../texts/texts.ts";

type Preset = (typeof MODEL_PRESETS)[number];

interface Form {
  baseUrl: string;
  model: string;
  /** What was typed; "" keeps the saved key. */
  key: string;
}

interface Work {
  busy: "test" | "save" | null;
  problem: string | null;
  test: EndpointTest | null;
}

const IDLE: Work = { busy: null, problem: null, test: null };

/** Presets, base URL, key and model of the chat endpoint, with a test that makes a real call. */
export function ConnectForm(props: { onStart: () => void }): JSX.Element {
  const app = useApp();
  const saved = app.settings()?.endpoints.chat;
  const [form, setForm] = createSignal<Form>({
    baseUrl: saved?.baseUrl ?? "",
    model: saved?.model ?? "",
    key: "",
  });
  const [work, setWork] = createSignal<Work>(IDLE);
  const change = (patch: Partial<Form>): void => {
    setForm((old) => ({ ...old, ...patch }));
    setWork(IDLE);
  };
  const save = async (demo: boolean): Promise<boolean> => {
    const error = await app.saveSettings({ ...toPatch(form()), ...(demo ? {} : { demo: false }) });
    if (error) setWork({ ...IDLE, problem: error.message });
    else setForm((old) => ({ ...old, key: "" }));
    return error === null;
  };
  const runTest = async (): Promise<void> => {
    setWork({ ...IDLE, busy: "test" });
    if (await save(true)) setWork({ ...IDLE, test: await testChat(app.okcvm) });
  };
  const start = async (): Promise<void> => {
    setWork({ ...IDLE, busy: "save" });
    if (!(await save(false))) return;
    setWork(IDLE);
    props.onStart();
  };
  const complete = (): boolean => form().baseUrl.trim() !== "" && form().model.trim() !== "";
  return (
    <form
      class="connect"
      onSubmit={(event) => {
        event.preventDefault();
        if (complete()) void start();
      }}
    >
      <Presets
        baseUrl={form().baseUrl}
        onPick={(preset) => change({ baseUrl: preset.baseUrl, model: preset.exampleModel })}
      />
      <Fields form={form()} hasKey={app.settings()?.endpoints.chat.hasKey ?? false} onChange={change} />
      <Outcome work={work()} />
      <div class="row">
        <button type="submit" class="button primary" disabled={!complete() || work().busy !== null}>
          {t.welcome.save}
        </button>
        <button
          type="button"
          class="button"
          disabled={!complete() || work().busy !== null}
          onClick={() => void runTest()}
        >
          {work().busy === "test" ? t.welcome.testing : t.welcome.test}
        </button>
      </div>
    </form>
  );
}

async function testChat(okcvm: ReturnType<typeof useApp>["okcvm"]): Promise<EndpointTest> {
  try {
    return await okcvm.settings.test("chat");
  } catch (error) {
    return { ok: false, message: toErrorValue(error).message, ms: 0 };
  }
}

function toPatch(form: Form): SettingsPatch {
  const key = form.key.trim();
  return {
    endpoints: { chat: { baseUrl: form.baseUrl, model: form.model, ...(key === "" ? {} : { apiKey: key }) } },
  };
}

function Presets(props: { baseUrl: string; onPick: (preset: Preset) => void }): JSX.Element {
  const picked = (): Preset | undefined => MODEL_PRESETS.find((preset) => preset.baseUrl === props.baseUrl);
  return (
    <div class="presets-box">
      <div class="presets" role="group" aria-label={t.welcome.presets}>
        <For each={MODEL_PRESETS}>
          {(preset) => (
            <button
              type="button"
              class="preset"
              aria-pressed={picked() === preset}
              onClick={() => props.onPick(preset)}
            >
              {preset.label}
            </button>
          )}
        </For>
      </div>
      <Show when={picked()?.note}>{(note) => <p class="small quiet">{note()}</p>}</Show>
    </div>
  );
}

function Fields(props: {
  form: Form;
  hasKey: boolean;
  onChange: (patch: Partial<Form>) => void;
}): JSX.Element {
  const preset = (): Preset | undefined => MODEL_PRESETS.find((one) => one.baseUrl === props.form.baseUrl);
  return (
    <>
      <Field label={t.endpoint.baseUrl}>
        {(id) => (
          <input
            id={id}
            class="input"
            inputmode="url"
            autocomplete="off"
            spellcheck={false}
            placeholder={t.endpoint.baseUrlExample}
            value={props.form.baseUrl}
            onInput={(event) => props.onChange({ baseUrl: event.currentTarget.value })}
          />
        )}
      </Field>
      <SecretField
        label={preset()?.needsKey === false ? t.endpoint.keyOptional : t.endpoint.key}
        value={props.form.key}
        saved={props.hasKey}
        link={preset()?.keyUrl}
        onInput={(key) => props.onChange({ key })}
      />
      <Field label={t.endpoint.model}>
        {(id) => (
          <input
            id={id}
            class="input"
            autocomplete="off"
            spellcheck={false}
            placeholder={preset()?.exampleModel || t.endpoint.modelExample}
            value={props.form.model}
            onInput={(event) => props.onChange({ model: event.currentTarget.value })}
          />
        )}
      </Field>
    </>
  );
}

function Outcome(props: { work: Work }): JSX.Element {
  return (
    <div class="connect-outcome" role="status">
      <Show when={props.work.problem}>{(text) => <p class="problem">{text()}</p>}</Show>
      <Show when={props.work.test}>
        {(test) => (
          <p class={test().ok ? "good" : "problem"}>
            {test().message}
            <Show when={test().ms > 0}> {t.endpoint.took(test().ms)}</Show>
          </p>
        )}
      </Show>
    </div>
  );
}
