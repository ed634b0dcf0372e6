import { For, Show, type JSX } from "solid-js";

import { ENGINE_CHOICES, type EngineSettings } from "../../domain/settings.ts";
import { useApp } from "../state/app-context.ts";
import { engineTexts } from "../texts/engine-texts.ts";
import { t } from "../texts/texts.ts";
import { createSaving, SavedMark } from "./saving.tsx";
import { TextSetting } from "./text-setting.tsx";

const LICENCES = "https://webcontainers.io/enterprise";

/** Which engine runs commands, and what WebContainer needs. */
export function EnginePanel(): JSX.Element {
  return (
    <div class="stack wide-gap">
      <Choice />
      <InUse />
      <section class="stack">
        <h3>{engineTexts.choices.webcontainer}</h3>
        <p class="small quiet">
          {engineTexts.duty}{" "}
          <a href={LICENCES} target="_blank" rel="noopener noreferrer">
            {engineTexts.dutyLink}
          </a>
        </p>
        <EngineText name="webcontainerKey" label={engineTexts.key} hint={engineTexts.keyHint} />
        <EngineText
          name="webcontainerOrigin"
          label={engineTexts.origin}
          hint={engineTexts.originHint}
          placeholder={engineTexts.originExample}
        />
      </section>
    </div>
  );
}

function Choice(): JSX.Element {
  const app = useApp();
  const saving = createSaving();
  const chosen = (): EngineSettings["choice"] => app.settings()?.engine.choice ?? "auto";
  return (
    <div class="stack">
      <div class="field" role="radiogroup" aria-labelledby="engine-label">
        <span class="label" id="engine-label">
          {engineTexts.title}
        </span>
        <div class="choices">
          <For each={ENGINE_CHOICES}>
            {(choice) => (
              <label class="choice">
                <input
                  type="radio"
                  name="engine"
                  checked={chosen() === choice}
                  onChange={() => void saving.save({ engine: { choice } })}
                />
                {engineTexts.choices[choice]}
              </label>
            )}
          </For>
        </div>
        <p class="hint">{engineTexts.hints[chosen()]}</p>
      </div>
      <Show when={app.session()?.engine().state === "running"}>
        <p class="status" data-tone="warning" role="status">
          {engineTexts.running}
        </p>
      </Show>
      <SavedMark when={saving.saved()} />
    </div>
  );
}

function InUse(): JSX.Element {
  const app = useApp();
  const engine = (): string => {
    const known = app.session()?.engine();
    return known ? t.shell.engine(known.name, t.shell.engineState[known.state]) : engineTexts.none;
  };
  return (
    <dl class="facts">
      <dt>{engineTexts.now}</dt>
      <dd>{engine()}</dd>
    </dl>
  );
}

function EngineText(props: {
  name: "webcontainerKey" | "webcontainerOrigin";
  label: string;
  hint: string;
  placeholder?: string;
}): JSX.Element {
  const app = useApp();
  const saving = createSaving();
  return (
    <TextSetting
      label={props.label}
      hint={props.hint}
      placeholder={props.placeholder ?? ""}
      value={app.settings()?.engine[props.name] ?? ""}
      saving={saving}
      onSave={(value) => saving.save({ engine: { [props.name]: value } })}
    />
  );
}
