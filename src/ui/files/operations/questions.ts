import { t } from "../../texts/texts.ts";
import type { Question } from "./ask.ts";

/** A folder in words. */
export function folderWords(folder: string): string {
  return folder === "" ? t.files.topFolder : `“${folder}”`;
}

/** A few names in words, and how many more there are. */
export function someNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? t.files.taken.more(shown, names.length - 3) : shown;
}

/** What to do where names are taken; answers "replace", "both" or null. */
export function takenQuestion(names: readonly string[], folder: string): Question {
  return {
    title: t.files.taken.title(names.length),
    text: t.files.taken.text(someNames(names), folderWords(folder)),
    options: [
      { value: "both", label: t.files.taken.keepBoth, primary: true },
      { value: "replace", label: t.files.taken.replace },
    ],
  };
}
