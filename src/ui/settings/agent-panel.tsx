import { createSignal, onCleanup, Show, type Accessor, type JSX } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import type { BundleStatus } from "../../vm/api.ts";
import { Field } from "../parts/field.tsx";
import { storedValue } from "../parts/stored-value.ts";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { settingsTexts } from "../texts/settings-texts.ts";
import { createSaving, SavedMark } from "./saving.tsx";

/** The agent: its prompt, how far it may go, and the bundle it is made from. */
export function AgentPanel(): JSX.Element {
  return (
    <div class="stack wide-gap">
      <StepsSetting />
      <PromptSetting />
      <BundleSetting />
    </div>
  );
}

function StepsSetting(): JSX.Element {
  const app = useApp();
  const saving = createSaving();
  const steps = storedValue(() => app.settings()?.maxSteps ?? "");
  return (
    <div>
      <Field label={settingsTexts.maxSteps} hint={settingsTexts.maxStepsHint} problem={saving.problem()}>
        {(id) => (
          <input
            id={id}
            class="input steps-input numbers"
            type="number"
            min={1}
            max={500}
            step={1}
            value={steps()}
            aria-invalid={saving.problem() !== null}
            onChange={(event) => void saving.save({ maxSteps: event.currentTarget.valueAsNumber })}
          />
        )}
      </Field>
      <SavedMark when={saving.saved()} />
    </div>
  );
}

function createBundle(): Accessor<BundleStatus | undefined> {
  const { settings } = useApp().okcvm;
  const bundle = createLoad(
    () => null,
    () => settings.bundle(),
  );
  onCleanup(settings.subscribe(bundle.reload));
  return bundle.value;
}

function PromptSetting(): JSX.Element {
  const app = useApp();
  const saving = createSaving();
  const bundle = createBundle();
  const own = (): string | null => app.settings()?.systemPrompt ?? null;
  const prompt = storedValue(() => own() ?? bundle()?.systemPrompt ?? "");
  const change = (text: string): void => {
    void saving.save({ systemPrompt: text.trim() === "" ? null : text });
  };
  return (
    <div>
      <Field
        label={settingsTexts.prompt}
        hint={own() === null ? settingsTexts.promptBuiltIn : settingsTexts.promptOwn}
        problem={saving.problem()}
      >
        {(id) => (
          <textarea
            id={id}
            class="input mono"
            rows={9}
            spellcheck={false}
            value={prompt()}
            onChange={(event) => change(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="row">
        <Show when={own() !== null}>
          <button
            type="button"
            class="text-button small"
            onClick={() => void saving.save({ systemPrompt: null })}
          >
            {settingsTexts.promptReset}
          </button>
        </Show>
        <SavedMark when={saving.saved()} />
      </div>
    </div>
  );
}

/** A prompt and 24 tools take some 40 KiB; a file above this is a wrong one. Bytes. */
const MAX_BUNDLE_FILE = 1024 * 1024;

function BundleSetting(): JSX.Element {
  const app = useApp();
  const bundle = createBundle();
  const [prompt, setPrompt] = createSignal<File>();
  const [tools, setTools] = createSignal<File>();
  const [problem, setProblem] = createSignal<string | null>(null);
  const load = async (): Promise<void> => {
    const [promptFile, toolsFile] = [prompt(), tools()];
    if (!promptFile || !toolsFile) return;
    setProblem(null);
    const large = [promptFile, toolsFile].find((file) => file.size > MAX_BUNDLE_FILE);
    if (large) return void setProblem(settingsTexts.bundleTooLarge(large.name));
    try {
      await app.okcvm.settings.loadBundle(await promptFile.text(), await toolsFile.text());
      showToast({ text: settingsTexts.bundleLoaded });
    } catch (error) {
      setProblem(toErrorValue(error).message);
    }
  };
  const reset = async (): Promise<void> => {
    try {
      await app.okcvm.settings.resetBundle();
      setProblem(null);
    } catch (error) {
      setProblem(toErrorValue(error).message);
    }
  };
  return (
    <section class="stack">
      <div>
        <h3>{settingsTexts.bundle}</h3>
        <p class="small quiet">{settingsTexts.bundleText}</p>
      </div>
      <Show when={bundle()}>
        {(status) => <BundleInUse status={status()} onReset={() => void reset()} />}
      </Show>
      <FilePick
        label={settingsTexts.bundlePrompt}
        accept=".md,.txt,text/plain,text/markdown"
        onPick={setPrompt}
      />
      <FilePick label={settingsTexts.bundleTools} accept=".json,application/json" onPick={setTools} />
      <div>
        <button type="button" class="button" disabled={!prompt() || !tools()} onClick={() => void load()}>
          {settingsTexts.bundleLoad}
        </button>
      </div>
      <Problem text={problem()} />
    </section>
  );
}

function BundleInUse(props: { status: BundleStatus; onReset: () => void }): JSX.Element {
  return (
    <div class="row small">
      <span>
        {props.status.builtIn
          ? settingsTexts.bundleBuiltIn(props.status.tools)
          : settingsTexts.bundleOwn(props.status.tools)}
      </span>
      <Show when={!props.status.builtIn}>
        <button type="button" class="text-button" onClick={() => props.onReset()}>
          {settingsTexts.bundleReset}
        </button>
      </Show>
    </div>
  );
}

function FilePick(props: {
  label: string;
  accept: string;
  onPick: (file: File | undefined) => void;
}): JSX.Element {
  return (
    <Field label={props.label}>
      {(id) => (
        <input
          id={id}
          class="input"
          type="file"
          accept={props.accept}
          onChange={(event) => props.onPick(event.currentTarget.files?.[0])}
        />
      )}
    </Field>
  );
}
