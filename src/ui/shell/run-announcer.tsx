import { createMemo, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import { t } from "../texts/texts.ts";

/** Tells a screen reader when the agent starts, waits and ends; the stream itself would be noise. */
export function RunAnnouncer(): JSX.Element {
  const app = useApp();
  const words = createMemo<string>((before) => {
    const session = app.session();
    if (!session) return "";
    if (session.retry()) return t.shell.announceRetry;
    if (session.running()) return t.shell.announceRunning;
    const last = session.messages()?.at(-1);
    return before === "" || last?.role !== "assistant" ? "" : t.shell.announceEnd[last.status];
  }, "");
  return (
    <div class="hidden-label" role="status" aria-live="polite">
      {words()}
    </div>
  );
}
