import { For, Show, type JSX } from "solid-js";

import type { PublicSite, PublicVersion } from "../../domain/public-site.ts";
import { formatBytes } from "../format/bytes.ts";
import { formatExact, formatRelative } from "../format/time.ts";
import { previewTexts } from "../texts/preview-texts.ts";

const words = previewTexts.public;

/** The versions of a public site, newest first, each of which can be shown. */
export function PublicVersions(props: {
  site: PublicSite;
  /** The deployment that the preview shows. */
  previewed: string;
  busy: boolean;
  onShow: (version: number) => void;
}): JSX.Element {
  const now = Date.now();
  return (
    <section class="stack account-section account-close">
      <h3>{words.versions}</h3>
      <ul class="plain device-list share-open">
        <For each={props.site.versions}>
          {(one) => (
            <li class="device">
              <div class="grow">
                <p class="device-name">
                  <span class="cut">{words.version(one.version, one.title)}</span>
                  <Show when={one.deploymentId === props.previewed}>
                    <span class="badge">{words.inPreview}</span>
                  </Show>
                </p>
                <p class="small quiet" title={formatExact(one.createdAt)}>
                  {aboutOf(one, now)}
                </p>
              </div>
              <Show
                when={props.site.active !== one.version}
                fallback={<span class="badge">{words.shown}</span>}
              >
                <button
                  type="button"
                  class="button"
                  aria-label={words.showOf(one.version)}
                  disabled={props.busy}
                  onClick={() => props.onShow(one.version)}
                >
                  {words.show}
                </button>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}

function aboutOf({ createdAt, files, bytes }: PublicVersion, now: number): string {
  return words.made(formatRelative(createdAt, now), words.files(files), formatBytes(bytes));
}
