import { CELLS } from "./cells.ts";
import { failureOf, outputsOf, seenCases } from "./run-cells.ts";

/** What scripts/browsers needs of the suite, as one module it can build. */
export const cases = seenCases(CELLS);
export { failureOf, outputsOf };
