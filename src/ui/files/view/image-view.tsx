import { createSignal, Show, type JSX } from "solid-js";

import { PaneState } from "../../parts/pane-state.tsx";
import { filesTexts } from "../../texts/files-texts.ts";
import { ViewSwitch } from "./view-switch.tsx";

/** A picture on a chequered ground, which shows where it is transparent: fitted to the pane, or each of its pixels. */
export function ImageView(props: { url: string; name: string; onDownload: () => void }): JSX.Element {
  const [zoom, setZoom] = createSignal<"fit" | "actual">("fit");
  const [size, setSize] = createSignal<{ width: number; height: number }>();
  const [broken, setBroken] = createSignal(false);
  const onLoad = (image: HTMLImageElement): void => {
    setBroken(false);
    setSize({ width: image.naturalWidth, height: image.naturalHeight });
  };
  const options = [
    { id: "fit", label: filesTexts.view.fit },
    { id: "actual", label: filesTexts.view.actual },
  ] as const;
  return (
    <div class="image-view">
      <Show
        when={!broken()}
        fallback={
          <PaneState
            alert
            text={filesTexts.view.brokenImage}
            action={{ label: filesTexts.download, run: () => props.onDownload() }}
          />
        }
      >
        <div class="image-scroll" data-zoom={zoom()} tabindex={0} role="group" aria-label={props.name}>
          <img
            src={props.url}
            alt={filesTexts.view.image(props.name)}
            onLoad={(event) => onLoad(event.currentTarget)}
            onError={() => setBroken(true)}
            onDblClick={() => setZoom(zoom() === "fit" ? "actual" : "fit")}
          />
        </div>
        <footer class="view-foot">
          <ViewSwitch options={options} chosen={zoom()} onChoose={setZoom} />
          <Show when={size()}>
            {(pixels) => (
              <span class="numbers">{filesTexts.view.dimensions(pixels().width, pixels().height)}</span>
            )}
          </Show>
        </footer>
      </Show>
    </div>
  );
}
