import CircleCheck from "lucide-solid/icons/circle-check";
import Circle from "lucide-solid/icons/circle";
import CircleDot from "lucide-solid/icons/circle-dot";
import { createMemo, Index, Match, Show, Switch, type JSX } from "solid-js";

import type { ToolCallPart } from "../../domain/message.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { readPlan } from "./plan.ts";
import { ToolCard } from "./tool-card.tsx";

/** The agent's plan as a checklist; a call that set none is a plain card. */
export function PlanCard(props: { call: ToolCallPart; live: boolean; session: SessionState }): JSX.Element {
  const plan = createMemo(() => readPlan(props.call.arguments));
  const done = (): number => plan().filter((todo) => todo.status === "completed").length;
  const refused = (): boolean => props.call.state.status === "done" && !props.call.state.result.ok;
  return (
    <Show
      when={plan().length > 0 && !refused()}
      fallback={
        <div class="tools">
          <ToolCard call={props.call} live={props.live} session={props.session} />
        </div>
      }
    >
      <div class="plan" role="group" aria-label={t.chat.plan}>
        <header class="row">
          <h3 class="grow">{t.chat.plan}</h3>
          <span class="small quiet numbers">{t.chat.planDone(done(), plan().length)}</span>
        </header>
        <ul class="plain">
          <Index each={plan()}>
            {(todo) => (
              <li data-status={todo().status}>
                <Switch fallback={<Circle size={15} />}>
                  <Match when={todo().status === "completed"}>
                    <CircleCheck size={15} />
                  </Match>
                  <Match when={todo().status === "in_progress"}>
                    <CircleDot size={15} />
                  </Match>
                </Switch>
                <span>{todo().content}</span>
                <span class="hidden-label">{t.chat.todoStatus[todo().status]}</span>
              </li>
            )}
          </Index>
        </ul>
      </div>
    </Show>
  );
}
