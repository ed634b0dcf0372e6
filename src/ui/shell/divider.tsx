import type { JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import { t } from "../texts/texts.ts";

const STEP = 0.03;

/** The line between chat and computer: dragged, or moved with the arrows. */
export function Divider(): JSX.Element {
  const { layout } = useApp();
  let line!: HTMLDivElement;
  const move = (event: PointerEvent): void => {
    const columns = line.parentElement?.getBoundingClientRect();
    if (columns) layout.setPaneShare((columns.right - event.clientX) / columns.width);
  };
  const onPointerDown = (event: PointerEvent): void => {
    event.preventDefault();
    line.setPointerCapture(event.pointerId);
    // A frame under the pointer would take its moves.
    document.documentElement.classList.add("is-dragging");
    line.addEventListener("pointermove", move);
    const end = (): void => {
      document.documentElement.classList.remove("is-dragging");
      line.removeEventListener("pointermove", move);
    };
    line.addEventListener("lostpointercapture", end, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowLeft" ? STEP : event.key === "ArrowRight" ? -STEP : 0;
    if (step === 0) return;
    event.preventDefault();
    layout.setPaneShare(layout.paneShare() + step);
  };
  return (
    <div
      ref={(element) => (line = element)}
      class="divider"
      role="separator"
      tabindex={0}
      aria-label={t.shell.resize}
      aria-orientation="vertical"
      aria-valuemin={20}
      aria-valuemax={80}
      aria-valuenow={Math.round(layout.paneShare() * 100)}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDblClick={() => layout.setPaneShare(0.5)}
    />
  );
}
