import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPyodide, type PyodideAPI } from "pyodide";
import { beforeAll, describe, expect, it } from "vitest";
import { startLocalIndex } from "../../../support/python/local-index.ts";
import { nativeWheel } from "../../../support/python/native-wheel.ts";
import { buildWheel, pureWheel } from "../../../support/python/wheels.ts";

let pyodide: PyodideAPI;
beforeAll(async () => {
  pyodide = await loadPyodide();
}, 120_000);

function install(wheel: { bytes: Uint8Array; fileName: string }): void {
  pyodide.unpackArchive(wheel.bytes, "wheel");
}

describe("a wheel the tests build", () => {
  it("is native code that the interpreter loads", async () => {
    install(await nativeWheel());
    expect(pyodide.runPython("import tiny; tiny.ANSWER")).toBe(4242);
  });

  it("has metadata, requirements, entry points and data that Python's own reader finds", () => {
    install(
      buildWheel({
        name: "Greet.Kit",
        version: "1.2.0",
        files: { "greet_kit/__init__.py": "def hello(): return 'hi'\n", "greet_kit/words.txt": "hi" },
        requires: ['other>=1; extra == "big"'],
        extras: ["big"],
        scripts: { greet: "greet_kit:hello" },
      }),
    );
    const python = `
from importlib import metadata, resources
found = metadata.distribution("greet-kit")
(point,) = [p for p in found.entry_points if p.name == "greet"]
words = resources.files("greet_kit").joinpath("words.txt").read_text()
import base64, hashlib
whole = all(
    f.hash is None or base64.urlsafe_b64encode(hashlib.sha256(f.read_binary()).digest()).rstrip(b"=").decode() == f.hash.value
    for f in found.files)
[found.version, found.requires, point.load()(), words, whole, found.metadata["Name"]]
`;
    const found: unknown = pyodide.runPython(python).toJs();
    expect(found).toEqual(["1.2.0", ['other>=1; extra == "big"'], "hi", "hi", true, "Greet.Kit"]);
  });

  it("may be one part of a namespace package", () => {
    install(buildWheel({ name: "ns-one", version: "1", files: { "ns/one.py": "x = 1" } }));
    install(buildWheel({ name: "ns-two", version: "1", files: { "ns/two.py": "x = 2" } }));
    expect(pyodide.runPython("from ns import one, two; one.x + two.x")).toBe(3);
  });

  it("is loaded by loadPackage from an address", async () => {
    const wheel = pureWheel("shapes", "3.1", { code: "sides = 4\n" });
    const { createServer } = await import("node:http");
    const server = createServer((_, response) => void response.end(wheel.bytes));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    await pyodide.loadPackage([`http://127.0.0.1:${address.port}/${wheel.fileName}`], {
      checkIntegrity: false,
    });
    server.closeAllConnections();
    server.close();
    expect(pyodide.runPython("import shapes; shapes.sides")).toBe(4);
  });

  it("is loaded on import from a lock", async () => {
    const index = await startLocalIndex();
    index.build({ wheel: await nativeWheel("2.0", 77), imports: ["tiny"] });
    const helper = pureWheel("helper", "1", { code: "import tiny\nanswer = tiny.ANSWER\n" });
    index.build({ wheel: helper, imports: ["helper"], depends: ["tiny"] });
    const own = await loadPyodide({
      lockFileContents: JSON.stringify(index.lock()),
      packageBaseUrl: `${index.url}/cdn/`,
      // Else Node's build keeps what it downloads beside its own files.
      packageCacheDir: mkdtempSync(join(tmpdir(), "okcvm-pyodide-")),
    });
    await own.loadPackagesFromImports("import helper");
    await index.stop();
    expect(own.runPython("import helper; helper.answer")).toBe(77);
    expect(Object.keys(own.loadedPackages).toSorted()).toEqual(["helper", "tiny"]);
  }, 120_000);
});
