import { createMemo, createSignal, For, Show, type JSX } from "solid-js";

import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";

const FIRST_LINES = 2000;
/** Lines drawn as one element: few enough to lay out only what is in sight, many enough to keep elements few. */
const CHUNK = 200;

/** Text with line numbers. `cut`: the file goes on; `onAll` reads the rest. */
export function TextView(props: { text: string; cut: boolean; onAll: () => void }): JSX.Element {
  const [limit, setLimit] = createSignal(FIRST_LINES);
  const lines = createMemo(() => splitLines(props.text));
  const chunks = createMemo(() => toChunks(lines().slice(0, limit())));
  const more = (): boolean => props.cut || lines().length > limit();
  const showMore = (): void => {
    setLimit(Number.POSITIVE_INFINITY);
    if (props.cut) props.onAll();
  };
  return (
    <Show when={props.text !== ""} fallback={<p class="file-note">{filesTexts.emptyFile}</p>}>
      <div class="lines" tabindex={0} role="group" aria-label={filesTexts.text}>
        <For each={chunks()}>
          {(chunk) => (
            <div class="lines-chunk">
              <pre class="line-numbers" aria-hidden="true">
                {chunk.numbers}
              </pre>
              <pre class="line-text">{chunk.text}</pre>
            </div>
          )}
        </For>
      </div>
      <Show when={more()}>
        <p class="file-note">
          {filesTexts.cutAt(Math.min(limit(), lines().length).toLocaleString(t.locale))}{" "}
          <button type="button" class="text-button" onClick={showMore}>
            {filesTexts.showMore}
          </button>
        </p>
      </Show>
    </Show>
  );
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n/);
  // A newline at the end closes the last line; it does not begin another.
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

interface Chunk {
  numbers: string;
  text: string;
}

function toChunks(lines: readonly string[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = 0; start < lines.length; start += CHUNK) {
    const part = lines.slice(start, start + CHUNK);
    chunks.push({ numbers: part.map((_, index) => start + index + 1).join("\n"), text: part.join("\n") });
  }
  return chunks;
}
