import { UPLOAD_FOLDER } from "../../../domain/ids.ts";
import type { DiskDifference } from "../../../vm/disk/api.ts";

/** What is to be done with a file that differs. */
export type Choice = "write" | "take" | "leave";

export type Choices = ReadonlyMap<string, Choice>;

/** What is ticked before the person has ticked anything: no deletion, no conflict, and nothing they only uploaded. */
export function firstChoice({ path, changed, here, disk }: DiskDifference): Choice {
  if (changed === "both") return "leave";
  if (changed === "disk") return disk ? "take" : "leave";
  const uploaded = disk === null && path.startsWith(`${UPLOAD_FOLDER}/`);
  return here && !uploaded ? "write" : "leave";
}

/** What a tick of its section stands for. */
export function tickOf({ changed }: DiskDifference): Choice {
  return changed === "disk" ? "take" : "write";
}

export function choiceOf(choices: Choices, difference: DiskDifference): Choice {
  return choices.get(difference.path) ?? firstChoice(difference);
}

/** What is confirmed by the two buttons. */
export interface Confirmed {
  write: DiskDifference[];
  take: DiskDifference[];
}

export function confirmedBy(choices: Choices, differences: readonly DiskDifference[]): Confirmed {
  return {
    write: differences.filter((one) => choiceOf(choices, one) === "write"),
    take: differences.filter((one) => choiceOf(choices, one) === "take"),
  };
}

/** How a file changes on the side that gets the other's. */
export function statusOf(
  { here, disk }: DiskDifference,
  to: "disk" | "here",
): "added" | "modified" | "removed" {
  const [before, after] = to === "disk" ? [disk, here] : [here, disk];
  if (!before) return "added";
  return after ? "modified" : "removed";
}
