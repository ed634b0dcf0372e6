import { Show, type JSX } from "solid-js";

import { PaneState } from "../../parts/pane-state.tsx";
import { filesTexts } from "../../texts/files-texts.ts";

/**
 * A PDF in the browser's own viewer. The address is a blob of the type
 * application/pdf, which no browser draws as a page: what a PDF scripts runs in
 * the viewer, whose origin is not this page's. A sandbox attribute would keep
 * Chromium's viewer from loading, so there is none.
 */
export function PdfView(props: { url: string; name: string; onDownload: () => void }): JSX.Element {
  return (
    <Show
      when={navigator.pdfViewerEnabled}
      fallback={
        <PaneState
          text={filesTexts.view.noPdf}
          action={{ label: filesTexts.download, run: () => props.onDownload() }}
        />
      }
    >
      <iframe
        class="pdf-view"
        src={props.url}
        title={filesTexts.view.pdf(props.name)}
        referrerpolicy="no-referrer"
      />
    </Show>
  );
}
