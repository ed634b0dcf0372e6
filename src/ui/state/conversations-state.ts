import { batch, createMemo, createSignal, onCleanup, type Accessor } from "solid-js";

import { titleFrom, type Conversation } from "../../domain/conversation.ts";
import { mountRoot } from "../../domain/ids.ts";
import type { Okcvm } from "../../vm/api.ts";
import { clearDraft, draftPaths } from "../files/edit/drafts.ts";
import { t } from "../texts/texts.ts";
import type { OpenFailure } from "./app-state.ts";
import { writeDraft, writeDraftFiles } from "./drafts.ts";
import type { SessionState } from "./session-state.ts";
import type { SyncState } from "./sync-state.ts";
import { tell } from "./tell.ts";
import { showToast } from "./toasts.ts";

/** The conversations of this browser's data, and what can be done with them. */
export interface ConversationsState {
  conversations: Accessor<Conversation[] | undefined>;
  /** The record of the conversation in view. */
  current: Accessor<Conversation | undefined>;
  /** The one in view, when it was deleted elsewhere. */
  deleted: Accessor<Conversation | undefined>;
  /** Those that can be brought back and have something in them, the last to be deleted first. */
  trash: Accessor<Conversation[]>;
  create: () => Promise<void>;
  rename: (id: string, title: string) => Promise<void>;
  remove: (conversation: Conversation) => Promise<void>;
  /** Brings a deleted one back. */
  restore: (id: string) => Promise<void>;
  /** Removes a deleted one for good. Errors: those of Okcvm's conversations. */
  purge: (id: string) => Promise<void>;
}

interface Parts {
  sync: SyncState;
  sessions: {
    shown: Accessor<SessionState | undefined>;
    failure: Accessor<OpenFailure | undefined>;
    open: (id?: string) => Promise<void>;
  };
}

/** Follows the conversations. Call it inside a root. */
export function createConversations(okcvm: Okcvm, parts: Parts): ConversationsState {
  const { sessions } = parts;
  const { list, gone } = createLists(okcvm);
  const [removing, setRemoving] = createSignal<string>();
  const current = createMemo(() => {
    // One that could not be opened is in view too, with the reason.
    const id = sessions.failure()?.id ?? sessions.shown()?.session.id;
    return [...(list() ?? []), ...gone()].find((one) => one.id === id);
  });
  return {
    conversations: list,
    current,
    deleted: () => {
      const one = current();
      // One that is deleted here stays in view until the next one is open.
      return one && one.deletedAt !== null && one.id !== removing() ? one : undefined;
    },
    trash: createMemo(() =>
      gone()
        .filter(({ title, leafId }) => title !== "" || leafId !== null)
        .toSorted((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0)),
    ),
    // One that was never used is used, so that pressing twice makes no second empty one.
    create: () =>
      tell(async () => {
        const unused = list()?.find((one) => one.title === "" && one.leafId === null);
        await sessions.open((unused ?? (await okcvm.conversations.create())).id);
      }),
    rename: (id, title) => tell(() => okcvm.conversations.rename(id, title)),
    remove: (conversation) =>
      tell(async () => {
        setRemoving(conversation.id);
        await removeConversation(okcvm, conversation, parts).finally(() => setRemoving());
      }),
    restore: (id) => tell(() => okcvm.conversations.restore(id)),
    purge: async (id) => {
      const wasShown = sessions.shown()?.session.id === id;
      try {
        await okcvm.conversations.purge(id);
      } finally {
        // It is closed, whether or not it could be removed.
        if (wasShown) await sessions.open();
      }
      forgetDrafts(id);
    },
  };
}

async function removeConversation(
  okcvm: Okcvm,
  conversation: Conversation,
  { sync, sessions }: Parts,
): Promise<void> {
  const shown = sessions.shown();
  const wasShown = shown?.session.id === conversation.id;
  const title = titleFrom(conversation.title || t.untitled);
  const isForAll = (sync.shared(conversation.id)?.members ?? 1) > 1;
  if (wasShown) shown?.stop();
  await okcvm.conversations.remove(conversation.id);
  showToast({
    text: isForAll ? t.sidebar.deletedForAll(title) : t.sidebar.deleted(title),
    action: {
      label: t.undo,
      run: () =>
        void tell(async () => {
          await okcvm.conversations.restore(conversation.id);
          if (wasShown) await sessions.open(conversation.id);
        }),
    },
  });
  if (wasShown) await sessions.open();
}

/** What was typed in it and neither sent nor saved. */
function forgetDrafts(id: string): void {
  writeDraft(id, "");
  writeDraftFiles(id, []);
  const root = mountRoot(id);
  for (const path of draftPaths(root)) clearDraft(root, path);
}

function createLists({ conversations }: Okcvm): {
  list: Accessor<Conversation[] | undefined>;
  gone: Accessor<Conversation[]>;
} {
  const [list, setList] = createSignal<Conversation[]>();
  const [gone, setGone] = createSignal<Conversation[]>([]);
  const read = (): Promise<void> =>
    tell(async () => {
      const [there, deleted] = await Promise.all([conversations.list(), conversations.deleted()]);
      batch(() => {
        setList((before) => keepSame(before ?? [], there));
        setGone((before) => keepSame(before, deleted));
      });
    });
  onCleanup(conversations.subscribe(() => void read()));
  void read();
  return { list, gone };
}

/** Records that have not changed stay the same ones, so that their rows are not drawn anew. */
function keepSame(before: readonly Conversation[], now: readonly Conversation[]): Conversation[] {
  const old = new Map(before.map((one) => [one.id, one]));
  return now.map((one) => {
    const was = old.get(one.id);
    return was && JSON.stringify(was) === JSON.stringify(one) ? was : one;
  });
}
