import { indentUnit, LanguageDescription } from "@codemirror/language";
import { languages } from "@codemirror/language-data";
import type { Extension } from "@codemirror/state";

/** The language of a file by its name, loaded when it is needed; nothing for one that is not known. */
export async function languageOf(name: string): Promise<Extension> {
  const found = LanguageDescription.matchFilename(languages, name);
  return found ? await found.load() : [];
}

const SAMPLE_LINES = 400;

/** What one level of indentation is in a text: a tab, or the spaces most steps have. */
export function indentationOf(text: string): Extension {
  return indentUnit.of(indentUnitOf(text));
}

export function indentUnitOf(text: string): string {
  const steps = new Map<string, number>();
  let last = 0;
  for (const line of text.split("\n", SAMPLE_LINES)) {
    const indent = /^[\t ]*(?=\S)/.exec(line)?.[0];
    if (indent === undefined) continue;
    const step = indent.startsWith("\t") ? "\t" : " ".repeat(Math.max(0, indent.length - last));
    last = indent.length;
    if (step === "\t" || (step.length > 1 && step.length <= 8)) steps.set(step, (steps.get(step) ?? 0) + 1);
  }
  const best = [...steps].toSorted((a, b) => b[1] - a[1])[0];
  return best?.[0] ?? "  ";
}
