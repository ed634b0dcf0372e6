import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

import { licenseNotices, shippedPackages } from "../../scripts/licenses.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("what is shipped", () => {
  const shipped = shippedPackages(root);

  it("has licences that let anyone ship it", () => {
    const permissive =
      /^(?:MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|CC-BY-4\.0|CC0-1\.0|MPL-2\.0|OFL-1\.1|Python-2\.0|Unlicense|Zlib|AND|OR|[() ])+$/;
    expect(shipped.length).toBeGreaterThan(100);
    expect(shipped.filter(({ license }) => !permissive.test(license))).toEqual([]);
  });

  it("comes with its notices", () => {
    const text = licenseNotices(root);
    for (const name of ["solid-js", "pyodide", "@embedpdf/fonts-sc", "isomorphic-git", "just-bash"])
      expect(text).toContain(`\n${name} `);
    expect(text).toContain("SIL OPEN FONT LICENSE");
    expect(shipped.find(({ name }) => name === "pyodide")?.source).toContain("github.com/pyodide/pyodide");
  });
});
