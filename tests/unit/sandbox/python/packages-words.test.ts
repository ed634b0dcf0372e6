import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readInstallArguments } from "../../../../src/sandbox/python/packages/pip-arguments.ts";
import { targetOf } from "../../../../src/sandbox/python/packages/environment.ts";
import { evaluateMarker, parseMarker } from "../../../../src/sandbox/python/packages/marker.ts";
import { parseMetadata } from "../../../../src/sandbox/python/packages/metadata.ts";
import { isName, normalizeName } from "../../../../src/sandbox/python/packages/names.ts";
import { parseRequirement, showRequirement } from "../../../../src/sandbox/python/packages/requirement.ts";
import {
  compareVersions,
  isPreRelease,
  isVersion,
  meets,
  parseSpecifier,
  showSpecifier,
} from "../../../../src/sandbox/python/packages/versions.ts";
import { parseWheelName, rankWheel } from "../../../../src/sandbox/python/packages/wheel-name.ts";

interface Oracle {
  versions: string[];
  sorted: string[];
  preReleases: string[];
  specifiers: [string, string | null][];
  markers: [string, ...(boolean | null)[]][];
  requirements: [
    string,
    { name: string; extras: string[]; specifiers: string[]; url: string | null; marker: boolean } | null,
  ][];
}

/** Answers of Python's own `packaging`. */
const oracle = JSON.parse(
  readFileSync(new URL("../../../support/python/packaging-oracle.json", import.meta.url), "utf8"),
) as Oracle;
const target = targetOf("3.14.2", "2026_0");

describe("names (PEP 503)", () => {
  it.each([
    ["Foo", "foo"],
    ["foo.bar_baz", "foo-bar-baz"],
    ["foo--_.-bar", "foo-bar"],
    ["ruamel.yaml", "ruamel-yaml"],
    ["zope.interface", "zope-interface"],
  ])("%s is %s", (name, normal) => expect(normalizeName(name)).toBe(normal));

  it("begin and end with a letter or a digit", () => {
    expect(["a", "A1", "a.b-c_d", "1"].every(isName)).toBe(true);
    expect(["", "-a", "a-", "a b", "é", "a/b", ".", "a\n"].some(isName)).toBe(false);
  });
});

describe("versions (PEP 440)", () => {
  it("are sorted as packaging does", () => {
    expect(oracle.versions.toSorted(compareVersions)).toEqual(oracle.sorted);
    expect(oracle.versions.filter(isPreRelease)).toEqual(oracle.preReleases);
  });

  it.each(oracle.specifiers)("%s contains what packaging says", (text, expected) => {
    const clauses = parseSpecifier(text);
    const got = clauses && oracle.versions.map((version) => (meets(version, clauses) ? "1" : "0")).join("");
    expect(got).toBe(expected);
  });

  it("are told from other texts", () => {
    expect(["1", "1.0.post1", "1!2.0rc1+x.1", "v2"].every(isVersion)).toBe(true);
    expect(["", "1.x", "latest", "1..0", "1.0-alpha-beta"].some(isVersion)).toBe(false);
  });

  it("are shown as they were written", () => {
    expect(showSpecifier(parseSpecifier(">= 1.0 , !=1.1.* ,===x.*") ?? [])).toBe(">=1.0,!=1.1.*,===x.*");
  });
});

describe("markers (PEP 508)", () => {
  it.each(oracle.markers)("%s is what packaging says", (text, ...expected) => {
    const marker = parseMarker(text);
    const extras = [[], ["big"], ["big-one"]];
    expect(extras.map((names) => marker && evaluateMarker(marker, target.markers, names))).toEqual(expected);
  });

  it("hold when they do for one of several extras", () => {
    const marker = parseMarker('extra == "a"');
    expect(marker && evaluateMarker(marker, target.markers, ["b", "a"])).toBe(true);
  });
});

describe("requirements (PEP 508)", () => {
  it.each(oracle.requirements)("%s is what packaging says", (text, expected) => {
    const found = parseRequirement(text);
    if (!expected) return expect(found).toBeNull();
    expect(found?.name).toBe(normalizeName(expected.name));
    expect(found?.extras.toSorted()).toEqual(expected.extras.map(normalizeName).toSorted());
    expect(found?.specifier.map((one) => showSpecifier([one])).toSorted()).toEqual(expected.specifiers);
    expect(found?.url).toBe(expected.url);
    expect(found?.marker !== null).toBe(expected.marker);
  });

  it("are shown for people", () => {
    const shown = (text: string) => showRequirement(parseRequirement(text) ?? fail(text));
    expect(shown("Foo[a, B] (>=1,<2); os_name == 'nt'")).toBe("foo[a,b]>=1,<2");
    expect(shown("foo @ https://x.example/f.whl")).toBe("foo @ https://x.example/f.whl");
  });
});

function fail(text: string): never {
  throw new Error(text);
}

describe("wheel names (PEP 427)", () => {
  const rank = (fileName: string) => {
    const wheel = parseWheelName(fileName);
    return wheel && rankWheel(wheel, target);
  };

  it("are read", () => {
    expect(parseWheelName("Foo.Bar_baz-1.0+x-2b-py2.py3-none-any.whl")).toMatchObject({
      name: "foo-bar-baz",
      version: "1.0+x",
      build: 2,
      pythons: ["py2", "py3"],
      abis: ["none"],
      platforms: ["any"],
    });
    for (const name of [
      "foo-1.0.tar.gz",
      "foo-1.0-py3-none.whl",
      "foo-bar-py3-none-any.whl",
      "foo.whl",
      "-1-py3-none-any.whl",
    ])
      expect(parseWheelName(name), name).toBeNull();
  });

  it("rank what fits, the closest first", () => {
    const fitting = [
      "a-1-cp314-cp314-pyemscripten_2026_0_wasm32.whl",
      "a-1-cp314-abi3-pyemscripten_2026_0_wasm32.whl",
      "a-1-cp37-abi3-pyemscripten_2026_0_wasm32.whl",
      "a-1-py3-none-pyemscripten_2026_0_wasm32.whl",
      "a-1-py314-none-any.whl",
      "a-1-py310-none-any.whl",
      "a-1-py3-none-any.whl",
    ];
    const ranks = fitting.map((name) => rank(name) ?? -1);
    expect(ranks).toEqual(ranks.toSorted((one, other) => other - one));
    expect(ranks.every((one) => one > 0)).toBe(true);
    expect(rank("a-1-py2.py3-none-any.whl")).toBe(rank("a-1-py3-none-any.whl"));
  });

  it.each([
    "a-1-py2-none-any.whl",
    "a-1-py315-none-any.whl",
    "a-1-cp313-cp313-pyemscripten_2026_0_wasm32.whl",
    "a-1-cp314-cp314t-pyemscripten_2026_0_wasm32.whl",
    "a-1-cp315-abi3-pyemscripten_2026_0_wasm32.whl",
    "a-1-cp314-cp314-pyemscripten_2025_0_wasm32.whl",
    "a-1-cp314-cp314-emscripten_4_0_9_wasm32.whl",
    "a-1-cp314-cp314-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "a-1-cp314-cp314-any.whl",
    "a-1-cp313-none-any.whl",
    "a-1-pp311-pypy311_pp73-win_amd64.whl",
  ])("%s does not fit", (name) => expect(rank(name)).toBeNull());
});

describe("metadata", () => {
  it("is its headers, and nothing of the description", () => {
    const text =
      "Metadata-Version: 2.4\r\nName: Foo_Bar\r\nVersion: 1.0\r\nSummary: a\r\n  continued: line\r\n" +
      "requires-dist: a (>=1)\r\nRequires-Dist: b;\r\n extra == 'x'\r\nRequires-Dist: ???\r\n" +
      "Provides-Extra: X\r\nRequires-Python: >=3.8, <4\r\n\r\nRequires-Dist: c\r\n";
    expect(parseMetadata(text)).toMatchObject({
      name: "foo-bar",
      version: "1.0",
      requires: [{ name: "a" }, { name: "b" }],
      extras: ["x"],
      requiresPython: [{ operator: ">=" }, { operator: "<" }],
      unreadable: ["???"],
    });
    expect(parseMetadata("Name: a\n\nVersion: 1\n")).toBeNull();
  });
});

describe("the arguments of pip install", () => {
  const files: Record<string, string> = {
    "requirements.txt": [
      "\uFEFF# a comment",
      "requests>=2 # another",
      "",
      'six ; python_version < "3"',
      "pinned==1 \\",
      `    --hash=sha256:${"a".repeat(64)} --hash=sha256:${"B".repeat(64)}`,
      "-r more/other.txt",
      "--pre",
      "./wheels/x-1-py3-none-any.whl",
      "https://h.example/p/y-1-py3-none-any.whl#sha256=ab",
    ].join("\r\n"),
    "more/other.txt": "-rdeeper.txt\n",
    "more/deeper.txt": "rich[jupyter]\n",
    "circle.txt": "-r circle.txt",
    "bad.txt": "fine\n???\n",
    "index.txt": "-i https://mirror.example/simple\n",
    "git.txt": "-e git+https://x.example/r.git#egg=r",
    "md5.txt": "a==1 --hash=md5:00",
  };
  const read = (...args: string[]) =>
    readInstallArguments(
      args,
      async (path) => files[path.replace("/mnt/w/", "")] ?? fail(`no file ${path}`),
      "/mnt/w",
    );
  const problem = async (...args: string[]) => read(...args).then(() => fail(args.join(" ")), String);

  it("are requirements and options", async () => {
    const request = await read(
      "-qU",
      "pandas>=2,<3",
      "--pre",
      "--no-deps",
      "--user",
      "--progress-bar=off",
      "Pillow",
    );
    expect(request).toMatchObject({ quiet: true, upgrade: true, pre: true, noDeps: true, reinstall: false });
    expect(request.wanted.map(({ requirement }) => requirement.name)).toEqual(["pandas", "pillow"]);
    expect(await read("--upgrade", "--force-reinstall", "--progress-bar", "off", "a")).toMatchObject({
      upgrade: true,
      reinstall: true,
      wanted: [{ text: "a" }],
    });
  });

  it("may be a wheel's address or path", async () => {
    const { wanted } = await read(
      "https://h.example/p/y-1-py3-none-any.whl#sha256=AB&egg=y",
      "y @ https://h.example/p/y-1-py3-none-any.whl ; os_name == 'posix'",
      "./x-1-py3-none-any.whl[big]",
      "/mnt/a/z-1-py3-none-any.whl",
      "w-1-py3-none-any.whl",
      "file:///mnt/a%20b/z-1-py3-none-any.whl",
    );
    expect(wanted.map(({ wheel }) => wheel)).toEqual([
      { source: "url", location: "https://h.example/p/y-1-py3-none-any.whl" },
      { source: "url", location: "https://h.example/p/y-1-py3-none-any.whl" },
      { source: "path", location: "/mnt/w/x-1-py3-none-any.whl" },
      { source: "path", location: "/mnt/a/z-1-py3-none-any.whl" },
      { source: "path", location: "/mnt/w/w-1-py3-none-any.whl" },
      { source: "path", location: "/mnt/a b/z-1-py3-none-any.whl" },
    ]);
    expect(wanted[0]?.hashes).toEqual(["ab"]);
    expect(wanted[1]?.requirement).toMatchObject({ name: "y", marker: { kind: "compare" } });
    expect(wanted[2]?.requirement.extras).toEqual(["big"]);
  });

  it("may be a file of them", async () => {
    const { wanted, pre } = await read("-r", "requirements.txt");
    expect(pre).toBe(true);
    expect(wanted.map(({ text }) => text)).toEqual([
      "requests>=2",
      'six ; python_version < "3"',
      "pinned==1",
      "rich[jupyter]",
      "./wheels/x-1-py3-none-any.whl",
      "https://h.example/p/y-1-py3-none-any.whl#sha256=ab",
    ]);
    expect(wanted[2]?.hashes).toEqual(["a".repeat(64), "b".repeat(64)]);
    for (const form of [
      ["-rmore/other.txt"],
      ["--requirement=more/other.txt"],
      ["--requirement", "more/other.txt"],
    ])
      expect((await read(...form)).wanted.map(({ text }) => text)).toEqual(["rich[jupyter]"]);
  });

  it.each([
    [["--index-url", "https://x"], "OKCVM_PYPI_URL"],
    [["-i", "https://x", "a"], "OKCVM_PYPI_URL"],
    [["--extra-index-url=https://x", "a"], "OKCVM_PYPI_URL"],
    [["-e", "."], "sys.path"],
    [["git+https://x.example/r.git"], "only wheels"],
    [["r @ git+https://x.example/r.git"], "only wheels"],
    [["."], "no wheel"],
    [["./dist"], "no wheel"],
    [["./a-1.tar.gz"], "no wheel"],
    [["https://x.example/a-1.tar.gz"], "no wheel"],
    [["ftp://x.example/a-1-py3-none-any.whl"], "not a requirement"],
    [["-c", "c.txt", "a"], "constraint"],
    [["--target", "x", "a"], "one place"],
    [["--frobnicate", "a"], "not known"],
    [["foo bar"], "not a requirement"],
    [["foo=1"], "not a requirement"],
    [[], "at least one"],
    [["-q"], "at least one"],
    [["-r"], "needs the path"],
    [["-r", "circle.txt"], "include each other"],
    [["-r", "bad.txt"], "bad.txt: "],
    [["-r", "index.txt"], "OKCVM_PYPI_URL"],
    [["-r", "git.txt"], "-e"],
    [["-r", "md5.txt"], "SHA-256"],
  ])("%j is refused with words", async (args, words) => expect(await problem(...args)).toContain(words));
});
