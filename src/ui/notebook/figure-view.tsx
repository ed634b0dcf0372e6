import Download from "lucide-solid/icons/download";
import { createMemo, createSignal, Show, type JSX } from "solid-js";

import { downloadBlob } from "../files/operations/download.ts";
import { Dialog } from "../parts/dialog.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { notebookTexts } from "../texts/notebook-texts.ts";
import { figureFile, figureUrl } from "./image-source.ts";
import type { Figure } from "./shown-outputs.ts";

/** A picture of a cell: pressed, it opens in its full size. */
export function FigureView(props: { figure: Figure; cell: number | null }): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const [broken, setBroken] = createSignal(false);
  const url = createMemo(() => figureUrl(props.figure));
  const name = (): string => notebookTexts.figure(props.figure.number, props.cell);
  const save = (): void => {
    const { blob, name: fileName } = figureFile(props.figure, props.cell);
    downloadBlob(blob, fileName);
  };
  return (
    <Show when={!broken()} fallback={<p class="small quiet">{notebookTexts.brokenFigure(name())}</p>}>
      <figure class="cell-figure">
        <button
          type="button"
          class="cell-figure-open"
          aria-label={notebookTexts.open(name())}
          onClick={() => setOpen(true)}
        >
          <img src={url()} alt={name()} onError={() => setBroken(true)} />
        </button>
        <figcaption class="row small quiet">
          <span class="grow">{name()}</span>
          <IconButton label={notebookTexts.save(name())} onClick={save}>
            <Download size={15} />
          </IconButton>
        </figcaption>
      </figure>
      <Show when={open()}>
        <FigureDialog name={name()} url={url()} onSave={save} onClose={() => setOpen(false)} />
      </Show>
    </Show>
  );
}

/** A figure as large as it fits; a press shows each of its pixels. */
function FigureDialog(props: {
  name: string;
  url: string;
  onSave: () => void;
  onClose: () => void;
}): JSX.Element {
  const [actual, setActual] = createSignal(false);
  const [size, setSize] = createSignal<{ width: number; height: number; shrunk: boolean }>();
  const onLoad = (image: HTMLImageElement): void => {
    const { naturalWidth: width, naturalHeight: height } = image;
    setSize({ width, height, shrunk: image.clientWidth < width });
  };
  return (
    <Dialog title={props.name} class="figure-dialog" onClose={props.onClose}>
      <div
        class="figure-dialog-scroll"
        data-actual={actual()}
        tabindex={0}
        role="group"
        aria-label={props.name}
      >
        <img src={props.url} alt={props.name} onLoad={(event) => onLoad(event.currentTarget)} />
      </div>
      <footer class="figure-dialog-foot row">
        <Show when={size()}>
          {(pixels) => (
            <span class="small quiet numbers">{notebookTexts.pixels(pixels().width, pixels().height)}</span>
          )}
        </Show>
        <span class="grow" />
        <Show when={size()?.shrunk}>
          <button type="button" class="button bare" onClick={() => setActual(!actual())}>
            {actual() ? notebookTexts.fit : notebookTexts.actualSize}
          </button>
        </Show>
        <button type="button" class="button" onClick={() => props.onSave()}>
          <Download size={15} />
          {notebookTexts.saveImage}
        </button>
      </footer>
    </Dialog>
  );
}
