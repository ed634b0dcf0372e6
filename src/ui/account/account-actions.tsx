import { Show, type JSX } from "solid-js";

import { downloadBlob } from "../files/operations/download.ts";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { createAction, type Action } from "./action.ts";
import { showSecret } from "./secret-dialog.tsx";
import type { Confirm } from "./confirm.tsx";

/** What is done to the account itself, each after a question. */
export function AccountActions(props: {
  confirm: Confirm;
  /** It is to be deleted already. */
  scheduled: boolean;
  onDeletion: () => void;
}): JSX.Element {
  const { okcvm, sync, conversations } = useApp();
  const [taking, rotating, leaving, removing] = [
    createAction(),
    createAction(),
    createAction(),
    createAction(),
  ];
  const { rotate: r, leave: l, remove: d } = accountTexts;
  const take = (): void =>
    void taking.run(async () => downloadBlob(await okcvm.sync.exportAccount(), accountTexts.take.fileName));
  const rotate = async (): Promise<void> => {
    if (!(await props.confirm({ title: r.confirmTitle, text: r.confirmText, confirm: r.confirm }))) return;
    await rotating.run(async () => {
      const { secret } = await okcvm.sync.rotate();
      showSecret({ secret, reason: "rotated" });
    });
  };
  const leave = async (): Promise<void> => {
    const { pending } = sync.status();
    const halves = (conversations() ?? []).filter(({ incomplete }) => incomplete).length;
    const text = [
      ...(pending > 0 ? [l.confirmPending(pending)] : []),
      ...(halves > 0 ? [l.confirmHalves(halves)] : []),
      l.confirmText,
    ].join(" ");
    if (!(await props.confirm({ title: l.confirmTitle, text, confirm: l.confirm }))) return;
    await leaving.run(() => okcvm.sync.signOut());
  };
  const remove = async (): Promise<void> => {
    const question = { title: d.confirmTitle, text: d.confirmText, confirm: d.confirm, danger: true };
    if (!(await props.confirm(question))) return;
    if (await removing.run(() => okcvm.sync.scheduleDeletion(true))) props.onDeletion();
  };
  return (
    <section class="account-section account-actions">
      <ActionRow words={accountTexts.take} action={taking} onPress={take} />
      <ActionRow words={r} action={rotating} onPress={() => void rotate()} />
      <ActionRow words={l} action={leaving} onPress={() => void leave()} />
      <Show when={!props.scheduled}>
        <ActionRow words={d} action={removing} danger onPress={() => void remove()} />
      </Show>
    </section>
  );
}

function ActionRow(props: {
  words: { title: string; text: string; action: string; busy: string };
  action: Action;
  danger?: boolean;
  onPress: () => void;
}): JSX.Element {
  return (
    <div class="account-action">
      <div class="grow">
        <h3>{props.words.title}</h3>
        <p class="small quiet">{props.words.text}</p>
        <Problem text={props.action.problem()} />
      </div>
      <button
        type="button"
        class="button"
        classList={{ danger: props.danger === true }}
        disabled={props.action.busy()}
        onClick={() => props.onPress()}
      >
        {props.action.busy() ? props.words.busy : props.words.action}
      </button>
    </div>
  );
}
