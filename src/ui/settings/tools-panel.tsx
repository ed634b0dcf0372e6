import ChevronRight from "lucide-solid/icons/chevron-right";
import { For, Show, type JSX } from "solid-js";

import type { ToolListing } from "../../vm/api.ts";
import { useApp } from "../state/app-context.ts";
import { settingsTexts } from "../texts/settings-texts.ts";

const STATUSES = ["offered", "coming", "off"] as const;

/** Every tool by where it stands. */
export function ToolsPanel(): JSX.Element {
  const app = useApp();
  // The registry has no notice of change; the panel reads it each time it is opened.
  const tools = app.okcvm.registry.list();
  return (
    <div class="stack wide-gap">
      <For each={STATUSES}>
        {(status) => (
          <ToolGroup
            title={settingsTexts.toolGroups[status]}
            hint={settingsTexts.toolHints[status]}
            tools={tools.filter((tool) => tool.status === status)}
          />
        )}
      </For>
    </div>
  );
}

function ToolGroup(props: { title: string; hint: string; tools: ToolListing[] }): JSX.Element {
  return (
    <Show when={props.tools.length > 0}>
      <section>
        <h3>
          {props.title} <span class="quiet numbers">{props.tools.length}</span>
        </h3>
        <p class="small quiet">{props.hint}</p>
        <div class="tool-list">
          <For each={props.tools}>
            {(tool) => (
              <details class="endpoint">
                <summary>
                  <ChevronRight size={14} />
                  <code class="cut">{tool.name}</code>
                  <Show when={tool.custom}>
                    <span class="badge">{settingsTexts.custom}</span>
                  </Show>
                </summary>
                <p>{tool.description}</p>
              </details>
            )}
          </For>
        </div>
      </section>
    </Show>
  );
}
