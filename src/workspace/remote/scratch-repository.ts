import "./node-globals.ts";
import LightningFS from "@isomorphic-git/lightning-fs";
import * as git from "isomorphic-git";
import { MemoryBackend } from "./memory-backend.ts";

/** A pack as Git keeps it: the `.pack` file's bytes and those of its `.idx`, version 2. */
export interface PackFiles {
  pack: Uint8Array<ArrayBuffer>;
  index: Uint8Array<ArrayBuffer>;
}

/** A repository in memory for one exchange with a remote, and what isomorphic-git's commands take to work in it. */
export interface ScratchRepository {
  fs: LightningFS;
  gitdir: string;
  /** isomorphic-git's memory of what it has read. */
  cache: object;
  addPack(name: string, files: PackFiles): Promise<void>;
  setRef(name: string, oid: string): Promise<void>;
  packs(): Promise<PackFiles[]>;
  /** Commits whose parents are left out. */
  shallow(): Promise<string[]>;
  setShallow(oids: readonly string[]): Promise<void>;
}

const GITDIR = "/repository";
const PACKS = `${GITDIR}/objects/pack`;
const SHALLOW = `${GITDIR}/shallow`;

/** An empty bare repository. */
export async function createScratchRepository(): Promise<ScratchRepository> {
  // Not in LightningFS's types. `defer` keeps it from touching the backend before it is asked to.
  const options = { backend: new MemoryBackend(), defer: true };
  const fs = new LightningFS("scratch", options);
  await git.init({ fs, gitdir: GITDIR, bare: true, defaultBranch: "main" });
  const files = fs.promises;

  return {
    fs,
    gitdir: GITDIR,
    cache: {},
    async addPack(name, { pack, index }) {
      await files.writeFile(`${PACKS}/pack-${name}.pack`, pack);
      await files.writeFile(`${PACKS}/pack-${name}.idx`, index);
    },
    setRef: (ref, value) => git.writeRef({ fs, gitdir: GITDIR, ref, value, force: true }),
    async packs() {
      const names = (await files.readdir(PACKS)).filter((name) => name.endsWith(".pack"));
      return Promise.all(
        names.map(async (name) => ({
          pack: ownBytes(await files.readFile(`${PACKS}/${name}`)),
          index: ownBytes(await files.readFile(`${PACKS}/${name.replace(/pack$/, "idx")}`)),
        })),
      );
    },
    async shallow() {
      const names = await files.readdir(GITDIR);
      if (!names.includes("shallow")) return [];
      return (await files.readFile(SHALLOW, "utf8")).split("\n").filter(Boolean);
    },
    setShallow: (oids) => files.writeFile(SHALLOW, oids.map((oid) => `${oid}\n`).join("")),
  };
}

/** Bytes in a buffer of their own: a clone of a view would carry all that lies around it. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength !== byteLength) return new Uint8Array(bytes);
  return new Uint8Array(buffer, byteOffset, byteLength);
}
