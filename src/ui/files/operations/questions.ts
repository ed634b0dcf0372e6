import { filesTexts } from "../../texts/files-texts.ts";
import type { Question } from "./ask.ts";

/** A folder in words. */
export function folderWords(folder: string): string {
  return folder === "" ? filesTexts.topFolder : `“${folder}”`;
}

/** A few names in words, and how many more there are. */
export function someNames(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? filesTexts.taken.more(shown, names.length - 3) : shown;
}

/** What to do where names are taken; answers "replace", "both" or null. */
export function takenQuestion(names: readonly string[], folder: string): Question {
  return {
    title: filesTexts.taken.title(names.length),
    text: filesTexts.taken.text(someNames(names), folderWords(folder)),
    options: [
      { value: "both", label: filesTexts.taken.keepBoth, primary: true },
      { value: "replace", label: filesTexts.taken.replace },
    ],
  };
}
