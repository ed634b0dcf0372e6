import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { it } from "vitest";

import { startAppServer, type AppServer } from "../support/e2e/app-server.ts";
import { git, temporaryFolder } from "../support/git-server/git.ts";
import { startGitServer } from "../support/git-server/git-server.ts";
import { commit, write } from "../support/git-server/sample-repository.ts";
import { onEachDatabase } from "./databases.ts";
import { median, ms, publish, type Row } from "./support.ts";

const ROUNDS = 5;
const FILES = 2_000;
const FILE_BYTES = 2_048;
const STEPS = ["first push", "push of one file", "clone", "fetch of one file"] as const;

type Times = Record<(typeof STEPS)[number], number[]>;

it("takes pushes and gives clones", { timeout: 900_000 }, () => onEachDatabase(measure));

async function measure(name: string, address: string): Promise<void> {
  const app = await startAppServer({ env: { OKCVM_DATABASE_URL: address, OKCVM_REGISTRATION: "open" } });
  const backend = await startGitServer();
  try {
    const token = await newToken(app);
    const times = { ours: emptyTimes(), theirs: emptyTimes() };
    for (let round = 0; round < ROUNDS; round++) {
      const ours = await newSpace(app, token);
      await backend.create(`${round}.git`);
      const theirs = backend.url(`${round}.git`);
      // Who begins changes with each round.
      const sides = [
        { url: ours, into: times.ours },
        { url: theirs, into: times.theirs },
      ];
      for (const { url, into } of round % 2 === 0 ? sides : sides.toReversed()) await exchange(url, into);
    }
    publish(
      `Git remote on ${name}, ${FILES.toLocaleString("en")} files of ${FILE_BYTES / 1024} KiB, median of ${ROUNDS}`,
      "git http-backend behind Node",
      STEPS.map((step): Row => {
        const [ours, theirs] = [median(times.ours[step]), median(times.theirs[step])];
        return { what: step, ours: ms(ours), other: ms(theirs), ratio: (ours / theirs).toFixed(2) };
      }),
    );
  } finally {
    await backend.stop();
    await app.stop();
  }
}

function emptyTimes(): Times {
  return { "first push": [], "push of one file": [], clone: [], "fetch of one file": [] };
}

/** Everything real Git does with a remote, timed. */
async function exchange(url: string, into: Times): Promise<void> {
  const root = temporaryFolder();
  const timed = async (step: keyof Times, work: () => Promise<unknown>): Promise<void> => {
    const started = performance.now();
    await work();
    into[step].push(performance.now() - started);
  };
  try {
    const work = join(root, "work");
    await git(root, "init", "-q", "-b", "main", "work");
    for (let n = 0; n < FILES; n++)
      write(work, `${n % 40}/${n}.txt`, randomBytes(FILE_BYTES / 2).toString("hex"));
    await commit(work, "first");
    await timed("first push", () => git(work, "push", "-q", url, "main"));
    await timed("clone", () => git(root, "clone", "-q", "--no-checkout", url, "clone"));
    write(work, "7/7.txt", "changed\n");
    const oid = await commit(work, "second");
    await timed("push of one file", () => git(work, "push", "-q", url, "main"));
    await timed("fetch of one file", () => git(join(root, "clone"), "fetch", "-q"));
    if ((await git(join(root, "clone"), "rev-parse", "origin/main")) !== oid)
      throw new Error("The fetch did not bring what was pushed.");
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function call(
  app: AppServer,
  method: string,
  path: string,
  body: unknown,
  token = "",
): Promise<unknown> {
  const reply = await fetch(`http://127.0.0.1:${app.port}/v1${path}`, {
    method,
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
  return reply.json();
}

async function newToken(app: AppServer): Promise<string> {
  const authHash = createHash("sha256").update(randomBytes(32).toString("base64url")).digest("hex");
  const made = (await call(app, "POST", "/accounts", { authHash, name: "bench" })) as { token: string };
  return made.token;
}

async function newSpace(app: AppServer, token: string): Promise<string> {
  const id = randomBytes(16).toString("hex");
  await call(app, "PUT", `/spaces/${id}`, { kind: "conversation", encrypted: false }, token);
  return `http://bench:${token}@127.0.0.1:${app.port}/git/${id}.git`;
}
