import { createMemo, Show, type JSX } from "solid-js";

import type { Part, Usage } from "../../domain/message.ts";
import { t } from "../texts/texts.ts";

/** The tokens the provider counted over a message's steps; nothing when it sent none. */
export function UsageLine(props: { parts: readonly Part[] }): JSX.Element {
  const words = createMemo(() => usageWords(props.parts));
  return (
    <Show when={words()}>
      <span class="usage numbers">{words()}</span>
    </Show>
  );
}

function usageWords(parts: readonly Part[]): string {
  const list = parts.flatMap((part) => (part.type === "step" && part.usage ? [part.usage] : []));
  const sum = (field: keyof Usage): number | undefined => {
    const known = list.flatMap((usage) => usage[field] ?? []);
    return known.length === 0 ? undefined : known.reduce((a, b) => a + b, 0);
  };
  const input = sum("input");
  const output = sum("output");
  const cached = sum("cachedInput");
  return [
    input === undefined ? "" : t.chat.tokensIn(input.toLocaleString(t.locale)),
    cached ? t.chat.tokensCached(cached.toLocaleString(t.locale)) : "",
    output === undefined ? "" : t.chat.tokensOut(output.toLocaleString(t.locale)),
  ]
    .filter((one) => one !== "")
    .join(" · ");
}
