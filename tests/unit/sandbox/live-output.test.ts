import { describe, expect, it } from "vitest";

import { ReplicaFs } from "../../../src/sandbox/embedded/replica-fs.ts";
import { runShell } from "../../../src/sandbox/embedded/shell.ts";

function replica(): ReplicaFs {
  return new ReplicaFs({
    root: "/mnt/okcvm-12345678",
    loadContent: async () => new Uint8Array(),
    onChange: () => {},
  });
}

async function run(command: string, timeoutMs = 10_000) {
  const chunks: [string, string][] = [];
  const told = { stdout: "", stderr: "" };
  const result = await runShell(
    replica(),
    { command, cwd: "/mnt/okcvm-12345678", env: {}, timeoutMs },
    {
      output(chunk, stream) {
        chunks.push([stream, chunk]);
        told[stream] += chunk;
      },
      statementEnd() {},
    },
  );
  return { result, chunks, told };
}

describe("live output", () => {
  it("comes as each statement of the script ends", async () => {
    const { chunks, result } = await run(
      "echo one; echo two >&2\nprintf three; for i in 1 2; do echo $i; done",
    );
    expect(chunks).toEqual([
      ["stdout", "one\n"],
      ["stderr", "two\n"],
      ["stdout", "three"],
      ["stdout", "1\n2\n"],
    ]);
    expect(result).toMatchObject({ stdout: "one\nthree1\n2\n", stderr: "two\n", exitCode: 0 });
  });

  it.each([
    "echo a; x=$(echo hidden); echo $x; bash -c 'echo inner; exit 2'; echo $?",
    "f() { echo in f; return 3; }; f; echo $?; f | cat; eval 'echo evaluated'",
    "echo before; { echo in group; exit 4; }; echo never",
    "set -e; echo first; false; echo never",
    "trap 'echo bye' EXIT; echo hi; exit 5",
    "echo 你好 | cat; printf '\\xe4\\xbd\\xa0\\n'; cat <<< 日本",
    "echo out; echo err >&2; nope; echo 'unclosed",
    "exec 2>&1; echo both; ls /nowhere; (echo sub; exit 1); echo $?",
    'seq 3 | while read line; do echo "got $line"; done; ! true; echo $?',
    "echo héllo wörld 你好 1>&2; printf '\\xff' 1>&2",
    "",
    "false",
  ])("is, told piece by piece, exactly the result: %s", async (command) => {
    const { result, told } = await run(command);
    expect(told).toEqual({ stdout: result.stdout, stderr: result.stderr });
  });

  it("on stderr is text too", async () => {
    const { result } = await run("echo 'héllo 你好' > f; cat f 1>&2");
    expect(result.stderr).toBe("héllo 你好\n");
  });

  it("of a command that ran past its limit is kept", async () => {
    const { result } = await run("echo kept; echo also >&2; while :; do :; done", 300);
    expect(result.exitCode).toBe(124);
    expect(result.stdout).toBe("kept\n");
    expect(result.stderr).toMatch(/^also\n/);
  });
});
