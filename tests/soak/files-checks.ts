import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { SoakBrowser } from "./browser.ts";
import type { OpenedSpace } from "./opened-spaces.ts";
import type { World } from "./world.ts";

/** Opens the files of every conversation that has some, in every browser. */
export async function openAllFiles({ truth, browsers }: World): Promise<void> {
  for (const id of truth.contents.keys())
    for (const browser of browsers) if (await browser.page.conversations.get(id)) await browser.files(id);
}

/** Branches and files that are not the same everywhere, or not the server's. */
export async function filesDiffer(
  { truth, browsers }: World,
  spaces: readonly OpenedSpace[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const id of truth.contents.keys()) {
    const refs = refsOf(spaces, id).map(({ name, oid }) => `${name} ${oid}`);
    const there = refs.toSorted().join(", ");
    const trees = new Set<string>();
    for (const browser of browsers) {
      if (!(await browser.page.conversations.get(id))) continue;
      const { workspace } = await browser.files(id);
      const here = (await workspace.branches())
        .filter(({ head }) => head !== null)
        .map(({ name, head }) => `${name} ${head}`)
        .toSorted()
        .join(", ");
      if (here !== there) wrong.push(`files of ${id}: ${browser.name} is at ${here}, the server at ${there}`);
      trees.add(await treeOf(browser, id));
    }
    if (trees.size > 1) wrong.push(`files of ${id} differ:\n    ${[...trees].join("\n    ")}`);
  }
  return wrong;
}

async function treeOf(browser: SoakBrowser, id: string): Promise<string> {
  const { workspace } = await browser.files(id);
  const files = (await workspace.list("", { recursive: true })).filter(({ kind }) => kind === "file");
  const lines = await Promise.all(
    files.map(async ({ path }) => `${path}=${oidOf(await workspace.readText(path)).slice(0, 8)}`),
  );
  return lines.toSorted().join(" ");
}

/** What real Git says of the packs the server has: damage, gaps, and contents that no branch leads to. */
export async function gitFinds(world: World, spaces: readonly OpenedSpace[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const [id, contents] of world.truth.contents) {
    const folder = mkdtempSync(join(tmpdir(), "okcvm-soak-git-"));
    try {
      wrong.push(...(await checkOne(world, { id, folder, contents, spaces })));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return wrong;
}

async function checkOne(
  world: World,
  about: { id: string; folder: string; contents: Set<string>; spaces: readonly OpenedSpace[] },
): Promise<string[]> {
  const { id, folder, contents, spaces } = about;
  const git = (words: string[], input: Uint8Array | string = ""): string => {
    const { status, stdout, stderr } = spawnSync("git", words, { cwd: folder, input, maxBuffer: 1e9 });
    if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stderr.toString().trim()}`);
    return stdout.toString();
  };
  try {
    git(["init", "--quiet", "--bare", "."]);
    const packs: Uint8Array[] = [];
    const space = spaces.find((one) => one.id === id);
    for (const pack of packsOf(spaces, id)) packs.push(await readPack(world, space, pack));
    for (const pack of packs) git(["index-pack", "--stdin"], pack);
    // Now that all are there, what each leads to must be.
    for (const pack of packs) git(["index-pack", "--strict", "--stdin"], pack);
    for (const { name, oid } of refsOf(spaces, id)) git(["update-ref", `refs/heads/${name}`, oid]);
    git(["fsck", "--full", "--strict", "--no-dangling"]);
    const reached = new Set(
      git(["rev-list", "--objects", "--all"])
        .split("\n")
        .map((line) => line.slice(0, 40)),
    );
    return [...contents]
      .filter((content) => !reached.has(oidOf(content)))
      .map((content) => `no branch of ${id} leads to the content ${content.slice(0, 20).trim()}`);
  } catch (error) {
    return [`${id}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

async function readBlob({ browsers, server }: World, space: string, pack: string): Promise<Uint8Array> {
  const token = (await browsers[0]?.page.store.account())?.token;
  const reply = await fetch(`${server.url}/v1/spaces/${space}/blobs/${pack}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!reply.ok) throw new Error(`The server lacks pack ${pack}: ${reply.status}`);
  return new Uint8Array(await reply.arrayBuffer());
}

/** A pack as Git takes it: of an encrypted space the blob is opened, which has the index before the pack. */
async function readPack(world: World, space: OpenedSpace | undefined, pack: string): Promise<Uint8Array> {
  if (!space?.cipher) return readBlob(world, space?.id ?? "", pack);
  const item = space.items.find(({ id }) => id === `pack.${pack}`);
  const { blob } = JSON.parse(item?.body ?? "{}") as { blob?: string };
  const sealed = await readBlob(world, space.id, blob ?? "");
  const bytes = await space.cipher.openBlob(new Uint8Array(sealed));
  if (!bytes) throw new Error(`The pack ${pack} cannot be opened.`);
  return bytes.slice(4 + new DataView(bytes.buffer).getUint32(0));
}

function packsOf(spaces: readonly OpenedSpace[], id: string): string[] {
  const items = spaces.find((space) => space.id === id)?.items ?? [];
  return items
    .filter((item) => item.id.startsWith("pack.") && item.body !== null)
    .map((item) => item.id.slice("pack.".length));
}

function refsOf(spaces: readonly OpenedSpace[], id: string): { name: string; oid: string }[] {
  const items = spaces.find((space) => space.id === id)?.items ?? [];
  return items
    .filter((item) => item.id.startsWith("ref.") && item.body !== null)
    .map(({ body }) => JSON.parse(body ?? "") as { name: string; oid: string });
}

/** The id Git gives a file of this content. */
function oidOf(content: string): string {
  const bytes = Buffer.from(content);
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
