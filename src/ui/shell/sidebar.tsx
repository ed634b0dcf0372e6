import PanelLeft from "lucide-solid/icons/panel-left";
import Search from "lucide-solid/icons/search";
import Settings from "lucide-solid/icons/settings";
import SquarePen from "lucide-solid/icons/square-pen";
import { createMemo, createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";

import type { Conversation } from "../../domain/conversation.ts";
import { SyncRowSlot } from "../account/account-slots.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { createNow } from "../state/clock.ts";
import { t } from "../texts/texts.ts";
import { ConversationRow } from "./conversation-row.tsx";

const SEARCH_FROM = 9;

/** The conversations: beside the chat on a wide screen, over it on others. */
export function Sidebar(): JSX.Element {
  const { layout } = useApp();
  return (
    <Show when={layout.sidebarOpen()}>
      <Show when={layout.width() === "wide"} fallback={<Overlay />}>
        <nav class="sidebar" aria-label={t.sidebar.label}>
          <Content onChoose={() => undefined} />
        </nav>
      </Show>
    </Show>
  );
}

function Overlay(): JSX.Element {
  const { layout } = useApp();
  let dialog!: HTMLDialogElement;
  onMount(() => dialog.showModal());
  onCleanup(() => dialog.close());
  return (
    <dialog
      ref={(element) => (dialog = element)}
      class="sidebar-overlay"
      aria-label={t.sidebar.label}
      onClose={() => layout.setSidebarOpen(false)}
      onPointerDown={(event) => event.target === dialog && dialog.close()}
    >
      <nav class="sidebar" aria-label={t.sidebar.label}>
        <Content onChoose={() => dialog.close()} />
      </nav>
    </dialog>
  );
}

function Content(props: { onChoose: () => void }): JSX.Element {
  const app = useApp();
  const [query, setQuery] = createSignal("");
  const now = createNow(30_000);
  const searchable = (): boolean => (app.conversations()?.length ?? 0) >= SEARCH_FROM;
  const shown = createMemo(() => filterByTitle(app.conversations() ?? [], searchable() ? query() : ""));
  const then = (action: Promise<void>): void => {
    void action;
    props.onChoose();
  };
  return (
    <>
      <div class="sidebar-head">
        <span class="wordmark">{t.product}</span>
        <span class="grow" />
        <IconButton label={t.shell.hideSidebar} onClick={() => app.layout.setSidebarOpen(false)}>
          <PanelLeft size={17} />
        </IconButton>
      </div>
      <button type="button" class="side-row new" onClick={() => then(app.create())}>
        <SquarePen size={16} />
        {t.sidebar.new}
      </button>
      <Show when={searchable()}>
        <SearchField value={query()} onInput={setQuery} />
      </Show>
      <div class="side-list">
        <Show when={app.conversations()} fallback={<Skeleton label={t.loading} />}>
          <ul class="plain">
            <For
              each={shown()}
              fallback={<li class="side-empty">{query() ? t.sidebar.noMatch : t.sidebar.empty}</li>}
            >
              {(conversation) => (
                <ConversationRow
                  conversation={conversation}
                  now={now()}
                  onOpen={() => then(app.open(conversation.id))}
                />
              )}
            </For>
          </ul>
        </Show>
      </div>
      <SyncRowSlot onChoose={() => props.onChoose()} />
      <button
        type="button"
        class="side-row"
        onClick={() => {
          props.onChoose();
          app.showSettings("models");
        }}
      >
        <Settings size={16} />
        {t.settings.title}
      </button>
    </>
  );
}

function SearchField(props: { value: string; onInput: (value: string) => void }): JSX.Element {
  return (
    <div class="side-search">
      <Search size={14} />
      <input
        class="input"
        type="search"
        aria-label={t.sidebar.search}
        placeholder={t.sidebar.search}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </div>
  );
}

function filterByTitle(list: Conversation[], query: string): Conversation[] {
  const wanted = query.trim().toLocaleLowerCase();
  if (wanted === "") return list;
  return list.filter((one) => (one.title || t.untitled).toLocaleLowerCase().includes(wanted));
}
