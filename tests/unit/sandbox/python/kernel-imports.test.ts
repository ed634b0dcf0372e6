import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { KernelHost } from "./kernel-host.ts";

let host: KernelHost;

beforeAll(async () => {
  host = await KernelHost.boot();
}, 120_000);

afterAll(() => host?.dispose());

beforeEach(() => host.fresh());

function write(path: string, text: string): void {
  mkdirSync(join(host.folder, path, ".."), { recursive: true });
  writeFileSync(join(host.folder, path), text);
}

describe("find_imports", () => {
  it.each([
    ["import numpy as np, os, json", ["numpy"]],
    ["from pandas import DataFrame", ["pandas", "pandas.DataFrame"]],
    ["from PIL import *", ["PIL"]],
    ["import google.cloud.storage", ["google", "google.cloud.storage"]],
    ["def f():\n    import inside", ["inside"]],
    ["try:\n    import quick\nexcept ImportError:\n    quick = None", ["quick"]],
    ["import importlib\nimportlib.import_module('by_name')\n__import__('other')", ["by_name", "other"]],
    ["%matplotlib inline\n!ls\nimport after", ["after"]],
    ["%%time\nimport timed", ["timed"]],
    ["%%bash\nimport not_python", []],
    ["x = 'import text'\n# import comment", []],
    ["await f()\nimport awaited", ["awaited"]],
    ["import first\nx = = 1\nfrom second import y", ["first", "second"]],
    ["import IPython.display, xml.dom.minidom, okcvm_kernel", []],
    ["import sqlite3, asyncio, tomllib", []],
    ["", []],
    ["from . import nothing", []],
  ])("%j", (code, wanted) => {
    expect(host.findImports(code)).toEqual(wanted);
  });

  it("follows the workspace's own files, packages and scripts", () => {
    write("tools.py", "import requests\nfrom lib.deep import thing\nimport lib.other\n");
    write("lib/__init__.py", "");
    write("lib/deep.py", "from . import sibling\nfrom .. import odd\nfrom bs4 import BeautifulSoup\n");
    write("lib/sibling.py", "import scipy.stats\n");
    write("lib/other.py", "import tools\nthis is no python\nimport sympy\n");
    write("space/part.py", "import openpyxl\n");
    const wanted = ["bs4", "bs4.BeautifulSoup", "requests", "scipy", "scipy.stats", "sympy"];
    expect(host.findImports("import tools")).toEqual(wanted);
    expect(host.findImports("from space import part")).toEqual(["openpyxl"]);
    expect(host.findImports("%run tools.py --fast")).toEqual(wanted);
    expect(host.findImports("!python tools.py")).toEqual(wanted);
  });

  it("sees that a file has changed", () => {
    write("changing.py", "import one\n");
    expect(host.findImports("import changing")).toEqual(["one"]);
    write("changing.py", "import another\n");
    expect(host.findImports("import changing")).toEqual(["another"]);
  });

  it("forgets what has been installed", async () => {
    expect(host.findImports("import arrived")).toEqual(["arrived"]);
    host.pyodide.FS.writeFile("/lib/python3.14/site-packages/arrived.py", "");
    host.pyodide.runPython("import importlib; importlib.invalidate_caches()");
    expect(host.findImports("import arrived")).toEqual([]);
    expect((await host.run("import arrived")).status).toBe("ok");
  });

  it("reads a cell of 3,000 lines", () => {
    const code = Array.from({ length: 3000 }, (_, n) => `x${n} = [${n}, "%d" % ${n}]`).join("\n");
    expect(host.findImports(`${code}\nimport last`)).toEqual(["last"]);
  });
});
