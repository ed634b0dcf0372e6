import type { WebContainerOffer } from "../domain/server-info.ts";
import type { EngineSettings } from "../domain/settings.ts";
import type { EngineAddress } from "./webcontainer/engine-client.ts";

/** Which engine is to run commands. `reason` says why it is not the one that was asked for; null when it is. */
export type EnginePlan =
  | { engine: "embedded"; reason: string | null }
  | { engine: "webcontainer"; address: EngineAddress };

/** What is wanted (settings) and what is allowed (the server), put together. */
export function planEngine(wanted: EngineSettings, offer: WebContainerOffer | null): EnginePlan {
  if (wanted.choice === "embedded") return { engine: "embedded", reason: null };
  const isFixed = wanted.choice === "webcontainer";
  if (offer === null) {
    const reason = "this server does not offer WebContainer; its operator sets OKCVM_WEBCONTAINER_ORIGIN";
    return { engine: "embedded", reason: isFixed ? reason : null };
  }
  const origin = wanted.webcontainerOrigin || offer.origin;
  if (origin !== offer.origin)
    return { engine: "embedded", reason: `this server allows WebContainer from ${offer.origin} only` };
  return { engine: "webcontainer", address: { origin, apiKey: wanted.webcontainerKey || offer.apiKey } };
}

export function isSamePlan(one: EnginePlan, other: EnginePlan): boolean {
  if (one.engine === "embedded" || other.engine === "embedded") return one.engine === other.engine;
  return one.address.origin === other.address.origin && one.address.apiKey === other.address.apiKey;
}
