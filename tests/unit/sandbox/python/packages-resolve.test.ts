import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadPyodide } from "pyodide";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OkcvmError } from "../../../../src/domain/errors.ts";
import { neededForImports } from "../../../../src/sandbox/python/packages/auto-install.ts";
import type { InstalledPackage } from "../../../../src/sandbox/python/packages/candidate-makers.ts";
import { fetchWheel } from "../../../../src/sandbox/python/packages/fetch-wheel.ts";
import { closure, packagesForImports, parseLock } from "../../../../src/sandbox/python/packages/lock.ts";
import type { PackageServer } from "../../../../src/sandbox/python/packages/package-server.ts";
import { readInstallArguments } from "../../../../src/sandbox/python/packages/pip-arguments.ts";
import { resolveInstall } from "../../../../src/sandbox/python/packages/resolve.ts";
import { startLocalIndex, type LocalIndex } from "../../../support/python/local-index.ts";
import { nativeWheel } from "../../../support/python/native-wheel.ts";
import { buildWheel, NATIVE_TAG, pureWheel, type Wheel } from "../../../support/python/wheels.ts";
import { APP, makeApp } from "../../server/fixture.ts";

const hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const MANYLINUX = "cp314-cp314-manylinux_2_17_x86_64.manylinux2014_x86_64";

let index: LocalIndex;
beforeEach(async () => {
  index = await startLocalIndex();
});
afterEach(() => index.stop());

/** Resolves through the real server, which asks the local index. */
function setUp({
  installed = [],
  files = {},
  off = false,
}: {
  installed?: InstalledPackage[];
  files?: Record<string, Uint8Array>;
  off?: boolean;
} = {}) {
  const { app } = makeApp({
    OKCVM_CACHE_DIR: mkdtempSync(join(tmpdir(), "okcvm-resolve-")),
    OKCVM_PYODIDE_URL: `${index.url}/cdn/`,
    OKCVM_PYPI_URL: `${index.url}/simple/`,
    OKCVM_PYTHON_PACKAGES: off ? "off" : "on",
  });
  const asked: string[] = [];
  const server: PackageServer = {
    baseUrl: `${APP}/py/`,
    sha256: async (bytes) => hex(bytes),
    async fetch(url, init) {
      asked.push(url);
      return app.request(url, init as RequestInit);
    },
  };
  const lock = parseLock(index.lock());
  const readFile = async (path: string) => files[path.replace("/mnt/w/", "")] ?? fail(`no file ${path}`);
  const resolve = async (...args: string[]) =>
    resolveInstall(await readInstallArguments(args, async (path) => fail(path), "/mnt/w"), {
      server,
      lock,
      installed,
      readFile,
    });
  /** `name version source` of each planned package, in order. */
  const plan = async (...args: string[]) =>
    (await resolve(...args)).packages.map(({ name, version, source }) => `${name} ${version} ${source}`);
  const problem = async (...args: string[]) => {
    try {
      await resolve(...args);
    } catch (error) {
      if (error instanceof OkcvmError) return error;
      throw error;
    }
    return fail("it was resolved");
  };
  return { server, lock, resolve, plan, problem, asked };
}

function fail(text: string): never {
  throw new Error(text);
}

const publish = (...wheels: Wheel[]) => {
  for (const wheel of wheels) index.publish(wheel.name.toLowerCase().replaceAll(/[-_.]+/g, "-"), [wheel]);
};

describe("a package of the index", () => {
  it("comes as its newest final version, with what it needs before it", async () => {
    publish(
      pureWheel("app", "1.0"),
      pureWheel("app", "1.10", {
        requires: ["Lib.Two>=1", "lib-one; python_version >= '3'", "never; sys_platform == 'win32'"],
      }),
      pureWheel("app", "1.9"),
      pureWheel("app", "2.0rc1"),
      pureWheel("lib-one", "0.5", { requires: ["lib_two"] }),
      pureWheel("lib_two", "1.0"),
      pureWheel("lib_two", "1.2"),
    );
    const { resolve } = setUp();
    const { packages, notes, satisfied } = await resolve("app");
    expect(packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
      "lib-two 1.2",
      "lib-one 0.5",
      "app 1.10",
    ]);
    expect(packages[2]).toMatchObject({ requires: ["lib-two", "lib-one"], source: "index", replaces: null });
    expect(packages.every(({ url }) => url.startsWith(`${APP}/py/files/`))).toBe(true);
    expect([notes, satisfied]).toEqual([[], []]);
    // Metadata was read without the wheels.
    expect(index.received.filter(({ url }) => url.endsWith(".whl"))).toEqual([]);
  });

  it("is read from the wheel where no metadata is offered", async () => {
    const wheel = pureWheel("app", "1.0", { requires: ["lib"] });
    index.publish("app", [{ fileName: wheel.fileName, wheel, offersMetadata: false }]);
    publish(pureWheel("lib", "1"));
    expect(await setUp().plan("app")).toEqual(["lib 1 index", "app 1.0 index"]);
  });

  it("may be a pre-release when it is wanted or all there is", async () => {
    publish(pureWheel("app", "1.0"), pureWheel("app", "2.0b1"), pureWheel("young", "0.1a1"));
    const { plan } = setUp();
    expect(await plan("app")).toEqual(["app 1.0 index"]);
    expect(await plan("--pre", "app")).toEqual(["app 2.0b1 index"]);
    expect(await plan("app>=2.0a1")).toEqual(["app 2.0b1 index"]);
    expect(await plan("app==2.0b1")).toEqual(["app 2.0b1 index"]);
    expect(await plan("app>1")).toEqual(["app 2.0b1 index"]);
    expect(await plan("young")).toEqual(["young 0.1a1 index"]);
  });

  it("is not a version that was withdrawn, unless it is pinned", async () => {
    const [old, withdrawn] = [pureWheel("app", "1.0"), pureWheel("app", "2.0")];
    index.publish("app", [old, { fileName: withdrawn.fileName, wheel: withdrawn, yanked: "broken" }]);
    const { plan, problem } = setUp();
    expect(await plan("app")).toEqual(["app 1.0 index"]);
    expect(await plan("app==2.0")).toEqual(["app 2.0 index"]);
    for (const wish of ["app>=2", "app==2.*"])
      expect((await problem(wish)).message).toContain("yanked): broken");
  });

  it("is for this Python", async () => {
    publish(
      pureWheel("app", "1.0", { requiresPython: ">=3.8" }),
      pureWheel("app", "2.0", { requiresPython: "<3.13" }),
    );
    const { plan, problem } = setUp();
    expect(await plan("app")).toEqual(["app 1.0 index"]);
    expect((await problem("app==2.0")).message).toBe("app needs Python <3.13, and this is 3.14.2.");
  });

  it("is the build for this machine before one for any", async () => {
    publish(buildWheel({ name: "app", version: "1.0", files: {}, tag: NATIVE_TAG }), pureWheel("app", "1.0"));
    const { resolve } = setUp();
    expect((await resolve("app")).packages[0]?.fileName).toContain(NATIVE_TAG);
  });

  it("brings the extras that are asked for, also by others and by itself", async () => {
    publish(
      pureWheel("app", "1.0", {
        extras: ["Big_One", "small", "all"],
        requires: [
          "lib; extra == 'big-one'",
          "tiny-lib; extra == 'small'",
          "app[big_one,small]; extra == 'all'",
        ],
      }),
      pureWheel("lib", "1"),
      pureWheel("tiny-lib", "1"),
      pureWheel("user", "1", { requires: ["app[big.one]"] }),
    );
    const { plan, resolve } = setUp();
    expect(await plan("app")).toEqual(["app 1.0 index"]);
    expect(await plan("app[BIG-one]")).toEqual(["lib 1 index", "app 1.0 index"]);
    expect(await plan("app", "user")).toEqual(["lib 1 index", "app 1.0 index", "user 1 index"]);
    expect(await plan("app[all]")).toEqual(["lib 1 index", "tiny-lib 1 index", "app 1.0 index"]);
    expect((await resolve("app[none]")).notes).toEqual(["app 1.0 has no extra named none."]);
  });

  it("comes without what it needs when that is asked for", async () => {
    publish(pureWheel("app", "1.0", { requires: ["lib"] }));
    expect(await setUp().plan("--no-deps", "app")).toEqual(["app 1.0 index"]);
  });

  it("is left out when its marker does not hold", async () => {
    publish(pureWheel("app", "1.0"));
    const { packages, notes } = await setUp().resolve("app; sys_platform == 'win32'");
    expect(packages).toEqual([]);
    expect(notes[0]).toContain("left out");
  });

  it("may need what needs it", async () => {
    publish(pureWheel("hen", "1", { requires: ["egg"] }), pureWheel("egg", "1", { requires: ["hen"] }));
    expect((await setUp().plan("hen")).toSorted()).toEqual(["egg 1 index", "hen 1 index"]);
  });
});

describe("a conflict", () => {
  it("is solved by an older version", async () => {
    publish(
      pureWheel("a", "2", { requires: ["x<2"] }),
      pureWheel("b", "3", { requires: ["x>=2"] }),
      pureWheel("b", "2", { requires: ["x>=1"] }),
      pureWheel("x", "1"),
      pureWheel("x", "2"),
    );
    const { plan } = setUp();
    expect((await plan("a", "b")).toSorted()).toEqual(["a 2 index", "b 2 index", "x 1 index"]);
    expect((await plan("b", "a")).toSorted()).toEqual(["a 2 index", "b 2 index", "x 1 index"]);
    expect((await plan("b", "x<2")).toSorted()).toEqual(["b 2 index", "x 1 index"]);
  });

  it("names both who disagree", async () => {
    publish(
      pureWheel("a", "2", { requires: ["x<2"] }),
      pureWheel("b", "3", { requires: ["x>=2"] }),
      pureWheel("x", "1"),
      pureWheel("x", "2"),
    );
    const { problem } = setUp();
    const { message, code } = await problem("a", "b");
    expect(code).toBe("not-found");
    for (const part of ["a 2 needs x<2", "b 3 needs x>=2", "no version of x"])
      expect(message).toContain(part);
    expect((await problem("b", "x==1")).message).toContain("you ask for x==1");
  });

  it("goes back over choices that have no part in it at once", async () => {
    const many = Array.from({ length: 12 }, (_, at) => pureWheel("noise", `1.${at}`));
    publish(...many, pureWheel("a", "1", { requires: ["missing"] }));
    const { problem, asked } = setUp();
    expect((await problem("noise", "a")).message).toBe(
      "missing (needed by a 1) was not found on the package index. Check the spelling.",
    );
    expect(asked.filter((url) => url.includes("noise") && url.endsWith(".metadata"))).toHaveLength(1);
  });

  it("that has no end is given up", async () => {
    for (const name of ["p", "q", "r"]) {
      const versions = Array.from({ length: 14 }, (_, at) =>
        pureWheel(name, `${at}`, { requires: name === "r" ? ["p<0"] : [`${name === "p" ? "q" : "r"}>=0`] }),
      );
      publish(...versions);
    }
    expect((await setUp().problem("p", "q")).message).toMatch(/p<0|No set of versions/);
  });
});

describe("what cannot be installed", () => {
  it("is told with the reason", async () => {
    index.publish("source", [{ fileName: "source-1.0.tar.gz" }, { fileName: "source-0.9.zip" }]);
    index.publish("native", [
      { fileName: `native-2.0-${MANYLINUX}.whl` },
      { fileName: "native-2.0-cp314-cp314-macosx_11_0_arm64.whl" },
      { fileName: "native-2.0-cp314-cp314-win_amd64.whl" },
      { fileName: "native-2.0.tar.gz" },
    ]);
    index.publish("ancient", [{ fileName: "ancient-1-py2-none-any.whl" }]);
    index.publish("empty", []);
    publish(pureWheel("old", "3.1"), pureWheel("old", "1.0"));
    publish(pureWheel("user", "1", { requires: ["native>=2"] }));
    index.build({ wheel: pureWheel("locked", "1.0"), imports: ["lockedmodule"] });
    const { problem } = setUp();
    const words: [string, string, string][] = [
      ["no-such-thing", "not-found", "no-such-thing was not found on the package index. Check the spelling."],
      ["lockedmodule", "not-found", "There is a module of that name in locked: install that."],
      ["docx", "not-found", "There is a module of that name in python-docx: install that."],
      ["old>=9", "not-found", "old has no version that matches >=9 (the newest is 3.1)."],
      ["empty", "not-found", "empty has no version that matches"],
      ["locked>=2", "not-found", "locked has no version that matches >=2 (the newest is 1.0)."],
      ["source", "not-supported", "source is there only as a source distribution (no wheel)"],
      [
        "native",
        "not-supported",
        "native needs native code that is not built for the browser: there are only wheels for macosx, manylinux and win.",
      ],
      ["user", "not-supported", "native (needed by user 1) needs native code"],
      ["ancient", "not-supported", "ancient has only wheels for another Python (py2)"],
    ];
    for (const [wish, code, message] of words) {
      const error = await problem(wish);
      expect(error.message, wish).toContain(message);
      expect(error.code, wish).toBe(code);
    }
  });

  it("is what has another hash", async () => {
    const wheel = pureWheel("app", "1.0");
    const lies = [{ metadataSha256: "0".repeat(64) }, { offersMetadata: false, sha256: "0".repeat(64) }];
    for (const [at, lie] of lies.entries())
      index.publish(`app${at}`, [
        {
          fileName: wheel.fileName.replace("app", `app${at}`),
          wheel: { ...wheel, fileName: wheel.fileName.replace("app", `app${at}`) },
          ...lie,
        },
      ]);
    publish(wheel);
    const { problem, server, resolve } = setUp();
    for (const name of ["app0", "app1"]) {
      const error = await problem(name);
      expect(error.code).toBe("bad-reply");
      expect(error.message).toContain("hash does not match");
    }
    const [planned] = (await resolve("app")).packages;
    if (!planned) return fail("nothing was planned");
    await expect(fetchWheel({ ...planned, sha256: "f".repeat(64) }, server)).rejects.toThrow(
      "hash does not match",
    );
    await expect(fetchWheel({ ...planned, url: `${planned.url}x.whl` }, server)).rejects.toThrow(
      "not there any more",
    );
  });

  it("is what the server does not bring", async () => {
    publish(pureWheel("app", "1.0"));
    expect((await setUp({ off: true }).problem("app")).message).toContain("operator turned that off");
    index.answerWith((_, response) => (response.destroy(), true));
    expect(await setUp().problem("app")).toMatchObject({ code: "unreachable" });
    index.answerWith((_, response) => (response.writeHead(503).end(), true));
    expect((await setUp().problem("app")).message).toContain("status 503");
    const { server } = setUp();
    const dead = { ...server, fetch: () => Promise.reject(new TypeError("Failed to fetch")) };
    await expect(
      fetchWheel({ fileName: "a", url: `${APP}/py/pkgs/a`, sha256: null }, dead),
    ).rejects.toMatchObject({
      code: "unreachable",
    });
    const strange = { ...server, fetch: async () => new Response("<html>", { status: 404 }) };
    await expect(
      fetchWheel({ fileName: "a", url: `${APP}/py/pkgs/a`, sha256: null }, strange),
    ).rejects.toThrow("status 404");
  });
});

describe("Pyodide's builds", () => {
  beforeEach(async () => {
    index.build({ wheel: pureWheel("six", "1.16"), imports: ["six"] });
    index.build({
      wheel: pureWheel("Frame", "3.0", {
        extras: ["excel"],
        requires: ["six", "sheets>=2; extra == 'excel'"],
      }),
      imports: ["frame", "frame_plots"],
      depends: ["Six"],
    });
    publish(pureWheel("six", "1.17"), pureWheel("sheets", "2.1"), pureWheel("frame", "9"));
  });

  it("come first, without the index being asked", async () => {
    const { resolve } = setUp();
    const { packages } = await resolve("frame>=2");
    expect(packages.map(({ name, version, source }) => [name, version, source])).toEqual([
      ["six", "1.16", "lock"],
      ["frame", "3.0", "lock"],
    ]);
    expect(packages[1]?.url).toBe(`${APP}/py/pkgs/Frame-3.0-py3-none-any.whl`);
    expect(index.received).toEqual([]);
  });

  it("give way where another version is asked for", async () => {
    const { plan } = setUp();
    expect(await plan("six>1.16")).toEqual(["six 1.17 index"]);
    expect(await plan("frame", "six==1.17")).toEqual(["six 1.17 index", "frame 3.0 lock"]);
    expect(await plan("-U", "six")).toEqual(["six 1.17 index"]);
    expect(await plan("-U", "frame<4")).toEqual(["six 1.16 lock", "frame 3.0 lock"]);
  });

  it("have extras, which their wheels tell of", async () => {
    expect(await setUp().plan("frame[excel]")).toEqual([
      "six 1.16 lock",
      "sheets 2.1 index",
      "frame 3.0 lock",
    ]);
  });

  it("are what an import needs", () => {
    const { lock } = setUp();
    const names = (modules: string[], loaded: string[] = []) =>
      packagesForImports(lock, modules, loaded).map(({ name }) => name);
    expect(names(["frame"])).toEqual(["six", "frame"]);
    expect(names(["frame_plots.lines", "os", "six"])).toEqual(["six", "frame"]);
    expect(names(["frame"], ["SIX"])).toEqual(["frame"]);
    expect(names(["frame"], ["frame"])).toEqual([]);
    expect(closure(lock, ["Frame"]).map(({ name }) => name)).toEqual(["six", "frame"]);
    expect(neededForImports(["frame.x", "openpyxl.styles", "docx", "typo"], lock, ["six"])).toMatchObject({
      locked: [{ name: "frame" }],
      fromIndex: ["openpyxl", "python-docx"],
    });
  });

  it("are read from the real list", async () => {
    const { default: real } = (await import("../../../../node_modules/pyodide/pyodide-lock.json")) as {
      default: unknown;
    };
    const lock = parseLock(real);
    const brings = (module: string) => packagesForImports(lock, [module]).at(-1)?.name;
    expect(["bs4", "PIL", "sklearn", "cv2", "yaml", "dateutil", "Crypto", "skimage.io"].map(brings)).toEqual([
      "beautifulsoup4",
      "pillow",
      "scikit-learn",
      "opencv-python",
      "pyyaml",
      "python-dateutil",
      "pycryptodome",
      "scikit-image",
    ]);
    const pandas = packagesForImports(lock, ["pandas"]).map(({ name }) => name);
    expect(pandas.at(-1)).toBe("pandas");
    expect(pandas).toEqual(expect.arrayContaining(["numpy", "six", "python-dateutil", "pytz"]));
    for (const { depends } of lock.packages.values())
      expect(depends.filter((name) => !lock.packages.has(name))).toEqual([]);
    expect(lock.packages.get("libopenblas")?.shared).toBe(true);
    // What is in the table is there because the lock has it not.
    const brought = new Set([...lock.packages.values()].flatMap(({ imports }) => imports));
    const { IMPORT_NAMES } = await import("../../../../src/sandbox/python/packages/import-names.ts");
    expect(
      Object.entries(IMPORT_NAMES).filter(([module, name]) => brought.has(module) || lock.packages.has(name)),
    ).toEqual([]);
    expect(() => parseLock({ info: {} })).toThrow("pyodide-lock.json");
  });
});

describe("what is installed", () => {
  const installed: InstalledPackage[] = [
    { name: "App", version: "1.0", requires: ["lib", "more; extra == 'big'"] },
    { name: "lib", version: "1.0", requires: [] },
    { name: "strict", version: "1", requires: ["lib<2"] },
  ];
  beforeEach(() =>
    publish(
      pureWheel("app", "2.0"),
      pureWheel("lib", "2.0"),
      pureWheel("more", "1"),
      pureWheel("app", "1.0"),
    ),
  );

  it("stays when it will do", async () => {
    const { resolve, asked } = setUp({ installed });
    expect(await resolve("app", "lib>=1")).toMatchObject({
      packages: [],
      satisfied: [
        { name: "app", version: "1.0" },
        { name: "lib", version: "1.0" },
      ],
    });
    expect(asked).toEqual([]);
  });

  it("gives way to what is asked for", async () => {
    const { resolve, plan } = setUp({ installed });
    const { packages, notes } = await resolve("lib>=2");
    expect(packages).toMatchObject([{ name: "lib", version: "2.0", replaces: "1.0" }]);
    expect(notes).toEqual(["strict 1 needs lib<2, and lib 2.0 is installed now."]);
    // Only what was named is brought up to date.
    expect(await plan("-U", "app")).toEqual(["app 2.0 index"]);
    expect(await plan("--force-reinstall", "app==1.0")).toEqual(["app 1.0 index"]);
  });

  it("gets what a new extra needs", async () => {
    expect(await setUp({ installed }).plan("app[big]")).toEqual(["more 1 index"]);
  });
});

describe("a wheel of one's own", () => {
  const wheel = pureWheel("own", "1.0", { requires: ["lib>=1"], extras: ["big"] });
  beforeEach(() => publish(pureWheel("lib", "1"), pureWheel("own", "2.0"), wheel));

  it("is taken from the workspace", async () => {
    const path = `dist/${wheel.fileName}`;
    const { resolve } = setUp({ files: { [path]: wheel.bytes } });
    expect((await resolve(`./${path}`)).packages).toMatchObject([
      { name: "lib", source: "index" },
      { name: "own", version: "1.0", source: "path", url: `/mnt/w/${path}`, sha256: wheel.sha256 },
    ]);
  });

  it("is taken from an address, through the server", async () => {
    const address = `${index.url}/files/ow/${wheel.fileName}`;
    const { resolve, problem } = setUp();
    const [, own] = (await resolve(`own @ ${address}#sha256=${wheel.sha256}`)).packages;
    expect(own).toMatchObject({
      source: "url",
      url: `${APP}/py/files/${index.host}/files/ow/${wheel.fileName}`,
    });
    expect((await problem(`${address}#sha256=${"0".repeat(64)}`)).message).toContain("hash does not match");
    expect((await problem(`other @ ${address}`)).message).toContain("own's, not other's");
    expect((await problem(address, "own>=2")).message).toContain("cannot be taken: you ask for own>=2");
    expect((await problem(`https://elsewhere.example/${wheel.fileName}`)).message).toContain(
      "OKCVM_PYPI_FILE_HOSTS",
    );
  });

  it("must be one, for this machine", async () => {
    const native = `own-1.0-${MANYLINUX}.whl`;
    const files = {
      "own.whl": wheel.bytes,
      [native]: wheel.bytes,
      "own-1-py3-none-any.whl": Buffer.from("no zip"),
    };
    const { problem } = setUp({ files });
    expect((await problem("./own.whl")).message).toContain("not a wheel's file name");
    expect((await problem(native)).message).toContain("another machine");
    expect((await problem("own-1-py3-none-any.whl")).code).toBe("bad-archive");
  });

  it("must have the hash a requirements file names", async () => {
    const { server, lock } = setUp();
    const read = async () => `own==1.0 --hash=sha256:${wheel.sha256}\nlib --hash=sha256:${"0".repeat(64)}\n`;
    const request = await readInstallArguments(["-r", "r.txt"], read, "/mnt/w");
    const resolved = resolveInstall(request, {
      server,
      lock,
      installed: [],
      readFile: async () => fail("no"),
    });
    await expect(resolved).rejects.toThrow("lib was not taken: its hash does not match");
  });
});

describe("a plan", () => {
  it("is what a real interpreter installs and imports", async () => {
    index.build({ wheel: await nativeWheel(), imports: ["tiny"] });
    publish(
      pureWheel("greet", "1.0", {
        requires: ["tiny", "words"],
        code: "import tiny, words\nanswer = words.say(tiny.ANSWER)\n",
      }),
    );
    publish(pureWheel("words", "2.0", { code: "def say(n): return f'<{n}>'\n" }));
    const { resolve, server } = setUp();
    const { packages } = await resolve("greet");
    expect(packages.map(({ name }) => name)).toEqual(["tiny", "words", "greet"]);
    const pyodide = await loadPyodide();
    const seen: number[] = [];
    for (const planned of packages) {
      const bytes = await fetchWheel(planned, server, (read, total) => void seen.push(read / (total ?? 1)));
      pyodide.unpackArchive(bytes, "wheel");
    }
    expect(seen.filter((part) => part === 1)).toHaveLength(3);
    expect(pyodide.runPython("import greet; greet.answer")).toBe("<4242>");
    expect(pyodide.runPython("from importlib.metadata import version; version('words')")).toBe("2.0");
  }, 120_000);
});
