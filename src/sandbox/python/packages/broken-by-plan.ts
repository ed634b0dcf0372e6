import { says } from "./no-choice-words.ts";
import type { InstalledPackage } from "./candidate-makers.ts";
import type { MarkerEnvironment } from "./environment.ts";
import { evaluateMarker } from "./marker.ts";
import { normalizeName } from "./names.ts";
import { parseRequirement } from "./requirement.ts";
import type { Choice } from "./search.ts";
import { meets } from "./versions.ts";

/** What installed packages that stay will miss, in words: they were not asked when the others were chosen. */
export function brokenByPlan(
  installed: Iterable<InstalledPackage>,
  choices: ReadonlyMap<string, Choice>,
  markers: MarkerEnvironment,
): string[] {
  const words: string[] = [];
  for (const { name: written, version, requires } of installed) {
    const name = normalizeName(written);
    if ((choices.get(name)?.candidate.source ?? "installed") !== "installed") continue;
    for (const requirement of requires.map(parseRequirement)) {
      const chosen = requirement && choices.get(requirement.name)?.candidate;
      if (!chosen || (requirement.marker && !evaluateMarker(requirement.marker, markers))) continue;
      if (meets(chosen.version, requirement.specifier)) continue;
      words.push(
        `${says({ requirement, by: { name, version } })}, and ${chosen.name} ${chosen.version} is installed now.`,
      );
    }
  }
  return words;
}
