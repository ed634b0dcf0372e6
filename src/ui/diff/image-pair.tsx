import { createEffect, createSignal, onCleanup, Show, type JSX } from "solid-js";

import { baseName } from "../../domain/paths.ts";
import { formatBytes } from "../format/bytes.ts";
import { createLoad } from "../state/load.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { imageUrl } from "./image-url.ts";

/** One side of a changed picture. */
export interface Picture {
  path: string;
  /** Bytes. */
  size: number;
  read: () => Promise<Blob>;
}

/** A picture as it was and as it is. */
export function ImagePair(props: { before: Picture | null; after: Picture | null }): JSX.Element {
  return (
    <div class="diff-pictures">
      <Show when={props.before}>
        {(picture) => <PictureView picture={picture()} side={historyTexts.changes.before} />}
      </Show>
      <Show when={props.after}>
        {(picture) => <PictureView picture={picture()} side={historyTexts.changes.after} />}
      </Show>
    </div>
  );
}

function PictureView(props: { picture: Picture; side: string }): JSX.Element {
  const [dimensions, setDimensions] = createSignal("");
  const [broken, setBroken] = createSignal(false);
  const loaded = createLoad(
    () => props.picture,
    async (picture) => imageUrl(await picture.read(), picture.path),
  );
  createEffect(() => {
    const image = loaded.value();
    if (image) onCleanup(image.release);
  });
  return (
    <figure>
      <figcaption class="small">
        <span>{props.side}</span>
        <span class="quiet numbers">
          {[dimensions(), formatBytes(props.picture.size)].filter(Boolean).join(" · ")}
        </span>
      </figcaption>
      <Show
        when={!broken() && !loaded.error()}
        fallback={<p class="diff-note">{loaded.error()?.message ?? historyTexts.changes.imageFailed}</p>}
      >
        <div class="diff-picture">
          <Show when={loaded.value()}>
            {(image) => (
              <img
                src={image().url}
                alt={historyTexts.changes.image(baseName(props.picture.path), props.side)}
                onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
                  setDimensions(
                    naturalWidth > 0 ? historyTexts.changes.dimensions(naturalWidth, naturalHeight) : "",
                  )
                }
                onError={() => setBroken(true)}
              />
            )}
          </Show>
        </div>
      </Show>
    </figure>
  );
}
