import Search from "lucide-solid/icons/search";
import {
  createEffect,
  createMemo,
  createSignal,
  For,
  on,
  onCleanup,
  onMount,
  Show,
  type JSX,
} from "solid-js";

import { Dialog } from "../parts/dialog.tsx";
import { useApp } from "../state/app-context.ts";
import { commandTexts } from "../texts/command-texts.ts";
import { listCommands, matchCommands, type Command } from "./commands.ts";

/** Every action by name: type, arrows, Enter. `typed`: what was typed before it was there; `onThere` says when it is. */
export function Palette(props: { typed: () => string; onThere: (isThere: boolean) => void }): JSX.Element {
  const app = useApp();
  const [query, setQuery] = createSignal("");
  onMount(() => {
    setQuery(props.typed());
    props.onThere(true);
  });
  onCleanup(() => props.onThere(false));
  const [index, setIndex] = createSignal(0);
  const found = createMemo(() => matchCommands(listCommands(app), query()));
  createEffect(on(query, () => setIndex(0)));
  const close = (): void => app.setPaletteOpen(false);
  const run = (command: Command | undefined): void => {
    if (!command) return;
    close();
    // After the dialog has given the focus back, so that a command may move it.
    queueMicrotask(() => command.run());
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const count = found().length;
    if (step !== 0 && count > 0) {
      event.preventDefault();
      setIndex((now) => (now + step + count) % count);
      document.getElementById(`command-${index()}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      run(found()[index()]);
    }
  };
  return (
    <Dialog title={commandTexts.palette.title} class="palette" bare onClose={close}>
      <div class="palette-field">
        <Search size={16} />
        <input
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={found().length > 0 ? `command-${index()}` : undefined}
          aria-label={commandTexts.palette.title}
          placeholder={commandTexts.palette.placeholder}
          value={query()}
          onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      <CommandList commands={found()} index={index()} onPoint={setIndex} onRun={run} />
    </Dialog>
  );
}

function CommandList(props: {
  commands: Command[];
  index: number;
  onPoint: (index: number) => void;
  onRun: (command: Command) => void;
}): JSX.Element {
  return (
    <ul class="plain palette-list" id="palette-list" role="listbox" aria-label={commandTexts.palette.title}>
      <For each={props.commands} fallback={<li class="side-empty">{commandTexts.palette.nothing}</li>}>
        {(command, index) => (
          <li
            id={`command-${index()}`}
            role="option"
            aria-selected={props.index === index()}
            onPointerMove={() => props.onPoint(index())}
            onClick={() => props.onRun(command)}
          >
            <span class="cut grow">{command.label}</span>
            <Show when={command.keys}>{(keys) => <kbd>{keys()}</kbd>}</Show>
          </li>
        )}
      </For>
    </ul>
  );
}
