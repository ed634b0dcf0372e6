import { For, Show, type JSX } from "solid-js";

import type { DiskFailure, SkippedFile } from "../../../vm/disk/api.ts";
import { diskTexts } from "../../texts/disk-texts.ts";
import type { Report } from "./report.ts";

/** Names listed at most. */
const LISTED = 100;

/** What the last task did, with each file that failed. */
export function ReportView(props: { report: Report | null }): JSX.Element {
  return (
    <div class="disk-report" role="status" hidden={props.report === null}>
      <Show when={props.report}>
        {(report) => (
          <div class="status" data-tone={report().tone === "plain" ? "good" : report().tone}>
            <For each={report().lines}>{(line) => <p>{line}</p>}</For>
            <Show when={report().failed.length > 0}>
              <p>{diskTexts.failed(report().failed.length)}</p>
              <Failures failed={report().failed} />
            </Show>
          </div>
        )}
      </Show>
    </div>
  );
}

function Failures(props: { failed: readonly DiskFailure[] }): JSX.Element {
  return (
    <ul class="disk-failures">
      <For each={props.failed.slice(0, LISTED)}>
        {({ path, message }) => <li>{diskTexts.failure(path, message)}</li>}
      </For>
      <Show when={props.failed.length > LISTED}>
        <li>{diskTexts.skippedMore(props.failed.length - LISTED)}</li>
      </Show>
    </ul>
  );
}

/** Files that are not taken along, and why. */
export function SkippedView(props: { skipped: readonly SkippedFile[] }): JSX.Element {
  return (
    <Show when={props.skipped.length > 0}>
      <details class="disk-skipped">
        <summary>{diskTexts.skipped(props.skipped.length)}</summary>
        <Failures failed={props.skipped.map(({ path, reason }) => ({ path, message: reason }))} />
      </details>
    </Show>
  );
}
