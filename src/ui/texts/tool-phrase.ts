import { t } from "./texts.ts";

/** running: asked for, not ended. */
export type Phase = "running" | "done" | "failed";

/** "Ran npm test", "Writing index.html": a call in words. A tool without words of its own is named. */
export function toolPhrase(name: string, object: string, phase: Phase): string {
  const own = Object.hasOwn(t.tools, name) ? t.tools[name] : undefined;
  if (own) return own[phase](object).trim();
  return t.tools[""]?.[phase](name.replace(/^mshtools-/, "")) ?? name;
}
