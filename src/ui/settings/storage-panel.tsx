import Check from "lucide-solid/icons/check";
import CircleAlert from "lucide-solid/icons/circle-alert";
import Download from "lucide-solid/icons/download";
import { createSignal, Match, Show, Switch, type JSX } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import type { StorageState } from "../../ports/storage.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { formatBytes } from "../format/bytes.ts";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad, type Load } from "../state/load.ts";
import { t } from "../texts/texts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { downloadFiles, downloadRepository } from "../timeline/history-actions.ts";
import { DeletedSection } from "./deleted-section.tsx";
import { forecast, readSamples, sampleStorage } from "./storage-samples.ts";
import { forecastWords } from "./storage-words.ts";

/** Above this share of the quota the panel warns. */
const ALMOST_FULL = 0.8;

/** What is stored in this browser, whether it is kept, and how to take it away. */
export function StoragePanel(): JSX.Element {
  const { storage } = useApp().okcvm;
  const state = createLoad(
    () => null,
    async () => {
      await sampleStorage(storage);
      return storage.estimate();
    },
  );
  return (
    <div class="stack wide-gap storage">
      <Switch fallback={<Skeleton label={t.loading} lines={3} />}>
        <Match when={state.error()}>
          {(error) => (
            <PaneState
              alert
              text={historyTexts.storage.failed(error().message)}
              action={{ label: t.retry, run: state.reload }}
            />
          )}
        </Match>
        <Match when={state.value()}>
          {(value) => (
            <>
              <UsageSection state={value()} />
              <KeepingSection persisted={value().persisted} onChanged={state.reload} />
            </>
          )}
        </Match>
      </Switch>
      <ConversationSection />
      <DeletedSection onFreed={state.reload} />
    </div>
  );
}

function UsageSection(props: { state: StorageState }): JSX.Element {
  const share = (): number | null => {
    const { usage, quota } = props.state;
    return usage === null || !quota ? null : Math.min(1, usage / quota);
  };
  const words = (): string => {
    const { usage, quota } = props.state;
    if (usage === null) return historyTexts.storage.unknown;
    return quota === null
      ? historyTexts.storage.usedOnly(formatBytes(usage))
      : historyTexts.storage.used(formatBytes(usage), formatBytes(quota));
  };
  const pace = (): string | null => {
    const found = props.state.quota === null ? null : forecast(readSamples(), props.state.quota);
    return found && forecastWords(found);
  };
  return (
    <section class="stack">
      <h3>{historyTexts.storage.browser}</h3>
      <div class="storage-usage">
        <p class="storage-figures numbers">
          <span>{words()}</span>
          <Show when={share() !== null}>
            <span class="quiet">{historyTexts.storage.percent(percentOf(share() ?? 0))}</span>
          </Show>
        </p>
        <Show when={share() !== null}>
          <Meter share={share() ?? 0} />
        </Show>
        <p class="small quiet">{historyTexts.storage.about}</p>
        <Show when={pace()}>{(text) => <p class="small">{text()}</p>}</Show>
      </div>
      <Show when={(share() ?? 0) > ALMOST_FULL}>
        <p class="status" data-tone="warning" role="alert">
          {historyTexts.storage.almostFull}
        </p>
      </Show>
    </section>
  );
}

/** A meter of our own: browsers let the native one be coloured in ways that do not agree. */
function Meter(props: { share: number }): JSX.Element {
  return (
    <div
      class="meter"
      role="meter"
      aria-label={historyTexts.storage.meter}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(props.share * 100)}
      aria-valuetext={historyTexts.storage.percent(percentOf(props.share))}
      data-full={props.share > ALMOST_FULL}
    >
      <span style={{ width: `${props.share * 100}%` }} />
    </div>
  );
}

function percentOf(share: number): string {
  return share.toLocaleString(t.locale, {
    style: "percent",
    maximumFractionDigits: share < 0.1 ? 1 : 0,
  });
}

function KeepingSection(props: { persisted: boolean; onChanged: () => void }): JSX.Element {
  const { storage } = useApp().okcvm;
  const [problem, setProblem] = createSignal<string | null>(null);
  const [asking, setAsking] = createSignal(false);
  const keep = async (): Promise<void> => {
    setAsking(true);
    setProblem(null);
    try {
      if (await storage.persist()) props.onChanged();
      else setProblem(historyTexts.storage.keepRefused);
    } catch (error) {
      setProblem(toErrorValue(error).message);
    }
    setAsking(false);
  };
  return (
    <section class="stack">
      <h3>{historyTexts.storage.keeping}</h3>
      <Show
        when={!props.persisted}
        fallback={
          <p class="storage-kept">
            <Check size={15} />
            {historyTexts.storage.kept}
          </p>
        }
      >
        <p class="small">{historyTexts.storage.notKept}</p>
        <div>
          <button type="button" class="button" disabled={asking()} onClick={() => void keep()}>
            {historyTexts.storage.keep}
          </button>
        </div>
        <Show when={problem()}>
          {(text) => (
            <p class="storage-problem small" role="alert">
              <CircleAlert size={15} />
              {text()}
            </p>
          )}
        </Show>
      </Show>
    </section>
  );
}

function ConversationSection(): JSX.Element {
  const app = useApp();
  return (
    <section class="stack">
      <h3>{historyTexts.storage.conversation}</h3>
      <Show
        when={app.session()?.session.workspace}
        fallback={<p class="small quiet">{historyTexts.storage.noConversation}</p>}
      >
        {(workspace) => (
          <>
            <Sizes workspace={workspace()} />
            <Exports workspace={workspace()} title={app.current()?.title ?? ""} />
          </>
        )}
      </Show>
    </section>
  );
}

function Sizes(props: { workspace: Workspace }): JSX.Element {
  const usage: Load<Awaited<ReturnType<Workspace["usage"]>>> = createLoad(
    () => props.workspace,
    (workspace) => workspace.usage(),
  );
  return (
    <Switch fallback={<Skeleton label={t.loading} lines={2} />}>
      <Match when={usage.error()}>
        {(error) => (
          <p class="problem" role="alert">
            {historyTexts.storage.failed(error().message)}{" "}
            <button type="button" class="text-button" onClick={() => usage.reload()}>
              {t.retry}
            </button>
          </p>
        )}
      </Match>
      <Match when={usage.value()}>
        {(value) => (
          <dl class="facts numbers">
            <dt>{historyTexts.storage.files}</dt>
            <dd>
              {historyTexts.storage.filesValue(
                formatBytes(value().bytes),
                historyTexts.storage.entries(value().entries),
              )}
            </dd>
            <dt>{historyTexts.storage.history}</dt>
            <dd>{formatBytes(value().history)}</dd>
          </dl>
        )}
      </Match>
    </Switch>
  );
}

function Exports(props: { workspace: Workspace; title: string }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const run = async (action: (workspace: Workspace, title: string) => Promise<boolean>): Promise<void> => {
    setBusy(true);
    await action(props.workspace, props.title);
    setBusy(false);
  };
  return (
    <ul class="plain storage-exports">
      <li>
        <button type="button" class="button" disabled={busy()} onClick={() => void run(downloadFiles)}>
          <Download size={15} />
          {historyTexts.storage.zip}
        </button>
        <span class="small quiet">{historyTexts.storage.zipHint}</span>
      </li>
      <li>
        <button type="button" class="button" disabled={busy()} onClick={() => void run(downloadRepository)}>
          <Download size={15} />
          {historyTexts.storage.git}
        </button>
        <span class="small quiet">{historyTexts.storage.gitHint}</span>
      </li>
    </ul>
  );
}
