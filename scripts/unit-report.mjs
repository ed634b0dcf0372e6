// @ts-check
// A Vitest reporter for scripts/test.mjs: how many passed, and what failed with its words.
// The JSON reporter of Vitest leaves out errors that no test owns.
import { writeFileSync } from "node:fs";

/** @typedef {{name: string, message: string}} Failure */

/** @param {ReadonlyArray<{message?: string, stack?: string}>} errors */
const words = (errors) => errors.map((error) => error.stack ?? error.message ?? String(error)).join("\n");

export default class UnitReport {
  /**
   * @param {ReadonlyArray<import("vitest/node").TestModule>} modules
   * @param {ReadonlyArray<import("vitest/node").SerializedError>} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const file = process.env.UNIT_REPORT;
    if (file === undefined) throw new Error("UNIT_REPORT names no file to write to.");
    let passed = 0;
    /** @type {Failure[]} */
    const failures = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === "passed") passed++;
        if (result.state === "failed") {
          failures.push({
            name: `${module.relativeModuleId} > ${test.fullName}`,
            message: words(result.errors),
          });
        }
      }
      const suites = [module, ...module.children.allSuites()];
      for (const suite of suites) {
        if (suite.errors().length > 0) {
          failures.push({ name: module.relativeModuleId, message: words(suite.errors()) });
        }
      }
    }
    if (unhandled.length > 0) {
      failures.push({ name: "an error that no test owns", message: words(unhandled) });
    }
    writeFileSync(file, JSON.stringify({ passed, failures }));
  }
}
