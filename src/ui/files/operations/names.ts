import { toErrorValue } from "../../../domain/errors.ts";
import { checkPath } from "../../../domain/paths.ts";
import { filesTexts } from "../../texts/files-texts.ts";

/** A name's stem and its extension with the dot; `""` for a dot file, a folder, or none. */
export function splitName(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? { stem: name, extension: "" } : { stem: name.slice(0, dot), extension: name.slice(dot) };
}

/** `name` when it is free, else with a number: "a (2).txt". */
export function numberedName(name: string, taken: (name: string) => boolean): string {
  const { stem, extension } = splitName(name);
  let free = name;
  for (let number = 2; taken(free); number += 1) free = `${stem} (${number})${extension}`;
  return free;
}

/** A free name for another one of it, by its stem: "a copy.txt", then "a copy (2).txt". */
export function besideName(
  name: string,
  label: (stem: string) => string,
  taken: (name: string) => boolean,
): string {
  const { stem, extension } = splitName(name);
  return numberedName(`${label(stem)}${extension}`, taken);
}

/** What stands against a name that was typed; null for nothing. `path`: slashes make folders. */
export function nameProblem(typed: string, options: { path: boolean }): string | null {
  const name = typed.trim();
  if (name === "") return filesTexts.nameEmpty;
  if (!options.path && name.includes("/")) return filesTexts.nameSlash;
  try {
    checkPath(name);
    return null;
  } catch (error) {
    return toErrorValue(error).message;
  }
}
