import ExternalLink from "lucide-solid/icons/external-link";
import CloudUpload from "lucide-solid/icons/cloud-upload";
import RotateCw from "lucide-solid/icons/rotate-cw";
import { For, Show, type JSX } from "solid-js";

import { formatExact, formatRelative } from "../format/time.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { serverKey, type SessionState } from "../state/session-state.ts";
import { previewTexts } from "../texts/preview-texts.ts";

/** What the preview shows. */
export interface Page {
  title: string;
  url: string;
  /** Milliseconds since 1970 UTC; left out for a server. */
  createdAt?: number;
}

/** A record's address goes into a frame only when it is a web page of another origin than this one. */
export function webUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const web = parsed?.protocol === "https:" || parsed?.protocol === "http:";
  return parsed && web && parsed.origin !== location.origin ? parsed.href : "about:blank";
}

/** Chooses what is shown, and says where it is. */
export function PreviewBar(props: {
  page: Page | undefined;
  session: SessionState;
  onReload: () => void;
  /** Makes it one that anyone may see; left out for what cannot be. */
  onPublic?: () => void;
}): JSX.Element {
  const url = (): string => props.page?.url ?? "";
  return (
    <header class="preview-bar">
      <PreviewChoice page={props.page} session={props.session} />
      <div class="preview-address">
        <span class="cut grow" title={url()}>
          {url().replace(/^https?:\/\//, "")}
        </span>
        <CopyButton label={previewTexts.copy} text={url} />
      </div>
      <Show when={props.onPublic}>
        {(open) => (
          <IconButton label={previewTexts.public.open} onClick={() => open()()}>
            <CloudUpload size={15} />
          </IconButton>
        )}
      </Show>
      <IconButton label={previewTexts.reload} onClick={() => props.onReload()}>
        <RotateCw size={15} />
      </IconButton>
      <a
        class="icon-button"
        href={webUrl(url())}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={previewTexts.openTab}
        title={previewTexts.openTab}
      >
        <ExternalLink size={15} />
      </a>
    </header>
  );
}

function PreviewChoice(props: { page: Page | undefined; session: SessionState }): JSX.Element {
  const now = Date.now();
  const shown = (): string | null => props.session.shownPreview();
  return (
    <select
      class="input preview-select"
      aria-label={previewTexts.choose}
      title={props.page?.createdAt ? formatExact(props.page.createdAt) : undefined}
      value={shown() ?? ""}
      onChange={(event) => props.session.showPreview(event.currentTarget.value)}
    >
      <Show when={props.session.engine().servers.length > 0}>
        <optgroup label={previewTexts.running}>
          <For each={props.session.engine().servers}>
            {(one) => (
              <option value={serverKey(one)} selected={serverKey(one) === shown()}>
                {previewTexts.server(one.port)}
              </option>
            )}
          </For>
        </optgroup>
      </Show>
      <Show when={(props.session.deployments() ?? []).length > 0}>
        <optgroup label={previewTexts.published}>
          <For each={props.session.deployments()}>
            {(one) => (
              <option value={one.id} selected={one.id === shown()}>
                {previewTexts.option(one.title, formatRelative(one.createdAt, now))}
              </option>
            )}
          </For>
        </optgroup>
      </Show>
    </select>
  );
}
