import { describe, expect, test } from "vitest";

import { picture } from "../../contract/workspace-contract.ts";
import { ROOT } from "../../support/ports/hub-workspace.ts";
import { openEngine, replicaPicture, withoutTimes, type Engine } from "./engine.ts";

/** The workspace and the replica hold the same; answers it. */
async function same(engine: Engine): Promise<Record<string, string>> {
  const stored = withoutTimes(await picture(engine.workspace));
  expect(stored).toEqual(await replicaPicture(engine.fs));
  return stored;
}

async function message(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => "no error",
    (error: Error) => error.message.split(":")[0] ?? "",
  );
}

describe("what a command changes arrives in the workspace", () => {
  const cases: [string, string, string[]][] = [
    ["a write by the legacy root", "echo x > /mnt/okcomputer/f", ["f"]],
    ["a folder by the legacy root", "mkdir -p /mnt/okcomputer/d/e", ["d", "d/e"]],
    [
      "a folder through a link from outside",
      `ln -s ${ROOT} /tmp/w && mkdir /tmp/w/d && echo x > /tmp/w/d/f`,
      ["d", "d/f"],
    ],
    [
      "nothing of a folder behind a link that leaves the mount",
      "mkdir /tmp/out && ln -s /tmp/out l && mkdir l/d && echo x > l/d/f",
      ["l"],
    ],
    [
      "a folder moved in",
      "mkdir -p /tmp/d/e && echo x > /tmp/d/e/f && ln -s f /tmp/d/l && chmod 700 /tmp/d/e && mv /tmp/d in",
      ["in", "in/e", "in/e/f", "in/l"],
    ],
    [
      "a file moved in over a link, which is replaced",
      "echo t > t && ln -s t l && echo new > /tmp/n && mv /tmp/n l",
      ["l", "t"],
    ],
    [
      "a link moved in over a file",
      "echo t > t && echo t > /tmp/t && ln -s t /tmp/l && mv /tmp/l f && echo g > g && ln -s t /tmp/m && mv /tmp/m g",
      ["f", "g", "t"],
    ],
    ["a file moved out", "echo x > f && mv f /tmp/f", []],
    ["a chmod through a link", "echo x > f && ln -s f l && chmod 755 l", ["f", "l"]],
    [
      "a copy of a tree with links over another",
      "mkdir -p a/s b/s && echo 1 > a/s/f && ln -s f a/s/l && echo 2 > b/s/l && cp -r a/s b",
      ["a", "a/s", "a/s/f", "a/s/l", "b", "b/s", "b/s/f", "b/s/l"],
    ],
    ["removal by way of a linked folder", "mkdir d && echo x > d/f && ln -s d l && rm l/f", ["d", "l"]],
    [
      "odd names",
      "mkdir 'a b' && echo x > 'a b/世 界' && touch -- __proto__ constructor 10 9 && mv 10 8",
      ["8", "9", "__proto__", "a b", "a b/世 界", "constructor"],
    ],
  ];
  test.each(cases)("%s", async (_name, command, paths) => {
    const engine = await openEngine();
    const result = await engine.run(command);
    expect(result.stderr).toBe("");
    expect(Object.keys(await same(engine))).toEqual(paths);
  });

  test("times and modes too", async () => {
    const engine = await openEngine(async (ws) => ws.write("old", "x"));
    await engine.run(
      "touch -d '2020-02-03 04:05:06 UTC' old && echo y > new && chmod 755 new && chmod 700 . ",
    );
    expect((await engine.workspace.stat("old"))?.mtime).toBe(Date.UTC(2020, 1, 3, 4, 5, 6));
    expect(await engine.workspace.readText("old")).toBe("x");
    expect((await engine.workspace.stat("new"))?.mtime).toBe(
      (await engine.fs.stat(`${ROOT}/new`)).mtime.getTime(),
    );
  });
});

describe("contents that are still only in the workspace", () => {
  const fill = async (): Promise<Engine> =>
    openEngine(async (ws) => {
      await ws.write("a", "content of a");
      await ws.write("d/e/f", "content of f");
      await ws.apply({ origin: "x", changes: [{ kind: "chmod", path: "d", mode: 0o700 }] });
      await ws.symlink("a", "l");
    });

  test.each([
    ["a renamed file", "mv a b && cat b", "content of a"],
    ["a renamed file whose name another took", "mv a b && echo other > a && cat b", "content of a"],
    [
      "two files that change places",
      "mv a t && mv d/e/f a && mv t d/e/f && cat a d/e/f",
      "content of fcontent of a",
    ],
    ["a file in a renamed folder", "mv d g && sleep 0.1 && cat g/e/f", "content of f"],
    ["a file moved out of the workspace", "mv a /tmp/a && sleep 0.1 && cat /tmp/a", "content of a"],
    [
      "a folder moved out and in again",
      "mv d /tmp/d && sleep 0.1 && mv /tmp/d h && cat h/e/f",
      "content of f",
    ],
    ["a file read through a link", "cat l", "content of a"],
    ["a file that is appended to", "printf + >> d/e/f && cat d/e/f", "content of f+"],
    ["a copy", "cp -r d x && rm -r d && cat x/e/f", "content of f"],
    ["a file touched and then moved", "touch a && mv a z && cat z", "content of a"],
  ])("%s", async (_name, command, expected) => {
    const engine = await fill();
    const result = await engine.run(command);
    expect(result).toMatchObject({ stdout: expected, stderr: "", exitCode: 0 });
    await same(engine);
  });

  test("modes of folders are known from the start", async () => {
    expect((await (await fill()).fs.stat(`${ROOT}/d`)).mode).toBe(0o700);
  });
});

describe("what another part of the app changes arrives in the replica", () => {
  test("each kind of change, with its content", async () => {
    const engine = await openEngine();
    const { workspace } = engine;
    await workspace.write("d/f", "1");
    await workspace.write("d/f", "2");
    await workspace.symlink("d/f", "l");
    await workspace.write("l", "3");
    await workspace.rename("d", "e");
    await workspace.mkdir("m");
    await workspace.write("gone", "x");
    await workspace.remove("gone");
    await workspace.apply({ origin: "other", changes: [{ kind: "chmod", path: "e/f", mode: 0o755 }] });
    await same(engine);
    expect((await engine.run("cat e/f")).stdout).toBe("3");
  });

  test("a change that meets another of the replica's does not stop the ones after it", async () => {
    const engine = await openEngine(async (ws) => ws.write("f", "x"));
    engine.fs.applyRemote([
      { kind: "remove", path: "not-there" },
      { kind: "rename", path: "not-there", to: "x" },
      { kind: "symlink", path: "f", target: "g" },
      { kind: "mkdir", path: "d" },
    ]);
    expect(await replicaPicture(engine.fs)).toEqual({ d: "directory 755", f: "symlink g" });
  });
});

describe("the file system refuses", () => {
  test("what POSIX refuses, in Node's words, and changes nothing", async () => {
    const engine = await openEngine(async (ws) => {
      await ws.write("f", "x");
      await ws.write("d/g", "x");
      await ws.symlink("loop", "loop");
    });
    const { fs } = engine;
    const at = (path: string): string => `${ROOT}/${path}`;
    const before = await same(engine);
    expect(await message(fs.readFile(at("none")))).toBe("ENOENT");
    expect(await message(fs.readFile(at("d")))).toBe("EISDIR");
    expect(await message(fs.readFile(at("loop")))).toBe("ELOOP");
    expect(await fs.exists(at("loop"))).toBe(false);
    expect(await message(fs.writeFile(at("d"), "x"))).toBe("EISDIR");
    expect(await message(fs.writeFile(at("none/x"), "x"))).toBe("ENOENT");
    expect(await message(fs.writeFile(at("f/x"), "x"))).toMatch(/ENOTDIR|ENOENT/);
    expect(await message(fs.mkdir(at("d")))).toBe("EEXIST");
    expect(await message(fs.mkdir(at("f")))).toBe("EEXIST");
    expect(await message(fs.mkdir(at("none/x")))).toBe("ENOENT");
    expect(await message(fs.mkdir(at("f/x"), { recursive: true }))).toBe("ENOTDIR");
    expect(await message(fs.rm(at("none")))).toBe("ENOENT");
    expect(await message(fs.rm(at("d")))).toBe("ENOTEMPTY");
    expect(await message(fs.mv(at("none"), at("x")))).toBe("ENOENT");
    expect(await message(fs.mv(at("f"), at("d")))).toBe("EISDIR");
    expect(await message(fs.mv(at("d"), at("f")))).toBe("ENOTDIR");
    expect(await message(fs.mv(at("d"), at("d/in")))).toBe("EINVAL");
    expect(await message(fs.mv(at("f"), at("none/f")))).toBe("ENOENT");
    expect(await message(fs.cp(at("d"), at("x")))).toBe("EISDIR");
    expect(await message(fs.cp(at("d"), at("d/x"), { recursive: true }))).toBe("EINVAL");
    expect(await message(fs.symlink("x", at("f")))).toBe("EEXIST");
    expect(await message(fs.symlink("", at("x")))).toBe("ENOENT");
    expect(await message(fs.link(at("f"), at("d")))).toBe("EEXIST");
    expect(await message(fs.readlink(at("f")))).toBe("EINVAL");
    expect(await message(fs.readdir(at("f")))).toBe("ENOTDIR");
    expect(await message(fs.chmod(at("none"), 0o644))).toBe("ENOENT");
    expect(await message(fs.writeFile(at("a\0b"), "x"))).toBe("ENOENT");
    expect(await same(engine)).toEqual(before);
  });

  test("what the workspace could not keep", async () => {
    const engine = await openEngine();
    const { fs } = engine;
    const long = "x".repeat(256);
    expect(await message(fs.writeFile(`${ROOT}/${long}`, "x"))).toBe("ENAMETOOLONG");
    expect(await message(fs.mkdir(`${ROOT}/${long}`))).toBe("ENAMETOOLONG");
    expect(await message(fs.symlink("x", `${ROOT}/${"世".repeat(86)}`))).toBe("ENAMETOOLONG");
    expect(await message(fs.symlink("x".repeat(5000), `${ROOT}/l`))).toBe("ENAMETOOLONG");
    await fs.writeFile(`${ROOT}/f`, "x");
    expect(await message(fs.mv(`${ROOT}/f`, `${ROOT}/${long}`))).toBe("ENAMETOOLONG");
    expect((await engine.run(`mkdir -p ${"abcdefghi/".repeat(500)}`)).exitCode).not.toBe(0);
    expect((await engine.run(`echo x > ${"y".repeat(255)}`)).exitCode).toBe(0);
    expect(Object.keys(await same(engine))).toHaveLength(2);
  });

  test.each([
    "rm -rf /",
    "rm -rf /mnt",
    `rm -rf ${ROOT}`,
    `mv ${ROOT} /tmp/x`,
    "mv /mnt /tmp/x",
    `rmdir ${ROOT}`,
    "rm -rf /mnt/okcomputer/",
  ])("to lose the mount: %s", async (command) => {
    const engine = await openEngine(async (ws) => ws.write("d/f", "x"));
    await engine.run(command, { cwd: "/tmp" });
    await same(engine);
    expect((await engine.run("echo y > g && cat g")).stdout).toBe("y\n");
    expect(Object.keys(await same(engine))).toContain("g");
  });
});

test("bytes go through unharmed, a byte order mark too", async () => {
  const all = Uint8Array.from({ length: 70_000 }, (_, n) => (n * 7) & 255);
  const engine = await openEngine(async (ws) => {
    await ws.write("bin", all);
    await ws.write("bom", Uint8Array.of(0xef, 0xbb, 0xbf, 0x61, 0x0a));
  });
  const result = await engine.run(
    "cat bin > copy && cat bin | tee t2 > /dev/null && cp bin c3 && sed -i s/a/b/ bom && wc -c < copy",
  );
  expect(result).toMatchObject({ stderr: "", exitCode: 0 });
  for (const name of ["copy", "t2", "c3"])
    expect(Buffer.compare(await engine.workspace.readBytes(name), all)).toBe(0);
  expect([...(await engine.workspace.readBytes("bom"))]).toEqual([0xef, 0xbb, 0xbf, 0x62, 0x0a]);
});

describe("random shell commands", () => {
  function numbers(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  test.each([1, 2, 3, 4])("leave workspace and replica the same (seed %i)", async (seed) => {
    const random = numbers(seed * 7919);
    const names = ["a", "b", "c", "'x y'", "世"];
    const name = (): string => names[random(names.length)] ?? "a";
    const path = (): string => {
      const start = random(8);
      const inside = Array.from({ length: 1 + random(3) }, name).join("/");
      return start === 0 ? `/tmp/${name()}` : start === 1 ? `/mnt/okcomputer/${inside}` : inside;
    };
    const commands: (() => string)[] = [
      () => `mkdir ${path()}`,
      () => `mkdir -p ${path()}`,
      () => `echo ${random(100)} > ${path()}`,
      () => `echo ${random(100)} >> ${path()}`,
      () => `echo ${random(100)} | tee ${path()} ${path()} > /dev/null`,
      () => `cp -r ${path()} ${path()}`,
      () => `cp ${path()} ${path()}`,
      () => `mv ${path()} ${path()}`,
      () => `mv ${path()} ${path()}`,
      () => `rm -r ${path()}`,
      () => `rm -f ${path()}`,
      () => `ln -s ${name()} ${path()}`,
      () => `ln -s /tmp/${name()} ${path()}`,
      () => `ln -sf ${path()} ${path()}`,
      () => `touch ${path()}`,
      () => `chmod ${["755", "600", "u+x"][random(3)]} ${path()}`,
      () => `sed -i s/1/2/ ${path()}`,
      () => `mv ${path()} /tmp/${name()}`,
      () => `mv /tmp/${name()} ${path()}`,
    ];
    const engine = await openEngine(async (ws) => {
      await ws.write("a/b/c", "seeded");
      await ws.write("c/a", "seeded too");
    });
    let changed = 0;
    let before = JSON.stringify(await same(engine));
    for (let round = 0; round < 60; round++) {
      const script = Array.from({ length: 5 }, () => (commands[random(commands.length)] ?? String)()).join(
        "\n",
      );
      await engine.run(script);
      const after = JSON.stringify(
        await same(engine).catch((error: unknown) => {
          throw new Error(`seed ${seed}, round ${round}: ${script}`, { cause: error });
        }),
      );
      if (after !== before) changed++;
      before = after;
    }
    expect(changed).toBeGreaterThan(20);
  });
});

describe("the shell outlives", () => {
  test.each([
    ["echo x > none/f", "bash: /mnt/okcvm-00000000/none/f: No such file or directory\n"],
    ["echo x > f; echo y > f/g", "bash: /mnt/okcvm-00000000/f/g: Not a directory\n"],
    [`echo x > ${"n".repeat(256)}`, `bash: /mnt/okcvm-00000000/${"n".repeat(256)}: File name too long\n`],
  ])("a file it cannot redirect to: %s", async (command, stderr) => {
    const engine = await openEngine();
    expect(await engine.run(command)).toMatchObject({ stderr, exitCode: 1, ended: "exit" });
    expect((await engine.run("echo next")).stdout).toBe("next\n");
  });
});

describe("a trap for EXIT", () => {
  test("runs last, sees the variables it was set with, and leaves the exit code", async () => {
    const engine = await openEngine();
    const result = await engine.run("d=$(mktemp -d); trap 'echo bye $d; rm -r $d' EXIT; exit 4");
    expect(result.exitCode).toBe(4);
    expect(result.stdout).toMatch(/^bye \/tmp\/tmp\.\w{10}\n$/);
    expect((await engine.run("ls /tmp")).stdout).toBe("");
  });

  test("can be taken back, and other signals are told apart", async () => {
    const engine = await openEngine();
    expect((await engine.run("trap 'echo no' EXIT; trap - EXIT; trap 'x' INT TERM; echo $?")).stdout).toBe(
      "0\n",
    );
    expect(await engine.run("trap 'echo no' ERR")).toMatchObject({
      exitCode: 1,
      stderr: "trap: ERR: this shell traps EXIT only\n",
    });
  });
});

test("envsubst puts in exported variables only, or only those named", async () => {
  const engine = await openEngine();
  expect((await engine.run("export A=世; B=2; printf '$A ${A} $B $1\\n' | envsubst")).stdout).toBe(
    "世 世  $1\n",
  );
  expect((await engine.run("export A=1 B=2; echo '$A $B' | envsubst '$B'")).stdout).toBe("$A 2\n");
});
