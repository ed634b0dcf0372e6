import type { Database } from "../db/database.ts";
import { VERSION } from "../version.ts";
import { HEADS } from "./ref-name.ts";
import { FLUSH, pkt } from "./pkt-line.ts";
import type { ObjectReader } from "./object-reader.ts";
import { NO_OBJECT } from "./receive-request.ts";
import { listRefs, readRefs, type Refs } from "./refs.ts";
import { boundaryBelow } from "./shallow.ts";

export type Service = "git-upload-pack" | "git-receive-pack";

const AGENT = `agent=okcvm/${VERSION}`;

const UPLOAD = [
  "multi_ack_detailed",
  "no-done",
  "thin-pack",
  "side-band",
  "side-band-64k",
  "ofs-delta",
  "shallow",
  "deepen-since",
  "deepen-not",
  "deepen-relative",
  "no-progress",
  "include-tag",
  "allow-tip-sha1-in-want",
  "allow-reachable-sha1-in-want",
  "object-format=sha1",
  AGENT,
];

const RECEIVE = [
  "report-status",
  "delete-refs",
  "side-band-64k",
  "quiet",
  "atomic",
  "object-format=sha1",
  AGENT,
];

/** What a server of version 2 can do. It names no branches: they are asked for. */
export function capabilities(): Buffer {
  const lines = ["version 2", AGENT, "ls-refs=unborn", "fetch=shallow", "object-format=sha1"];
  return Buffer.concat([...lines.map((line) => pkt(`${line}\n`)), FLUSH]);
}

/** Branches and what the server can do, in version 0 or 1. */
export async function advertisement(
  { database, space, objects }: { database: Database; space: string; objects: ObjectReader },
  service: Service,
  version: 0 | 1,
): Promise<Buffer> {
  const refs = await readRefs(database, space);
  const packets = [pkt(`# service=${service}\n`), FLUSH];
  if (version === 1) packets.push(pkt("version 1\n"));
  const upload = service === "git-upload-pack";
  const able = [...(upload ? UPLOAD : RECEIVE)];
  if (upload && refs.head.oid !== null) able.push(`symref=HEAD:${HEADS}${refs.head.name}`);
  const names = upload ? listRefs(refs) : refs.branches.map(({ name, oid }) => ({ ref: HEADS + name, oid }));
  if (names.length === 0) names.push({ ref: "capabilities^{}", oid: NO_OBJECT });
  for (const [at, { ref, oid }] of names.entries())
    packets.push(pkt(`${oid} ${ref}${at === 0 ? `\0${able.join(" ")}` : ""}\n`));
  const tips = refs.branches.map(({ oid }) => oid);
  for (const oid of await boundaryBelow(objects, tips)) packets.push(pkt(`shallow ${oid}\n`));
  packets.push(FLUSH);
  return Buffer.concat(packets);
}

/** Answers ls-refs of version 2. */
export function lsRefs(refs: Refs, args: readonly string[]): Buffer {
  const prefixes = args.filter((arg) => arg.startsWith("ref-prefix ")).map((arg) => arg.slice(11));
  const isAsked = (ref: string): boolean =>
    prefixes.length === 0 || prefixes.some((prefix) => ref.startsWith(prefix));
  const symrefs = args.includes("symrefs");
  const target = symrefs ? ` symref-target:${HEADS}${refs.head.name}` : "";
  const lines = listRefs(refs)
    .filter(({ ref }) => isAsked(ref))
    .map(({ ref, oid }) => `${oid} ${ref}${ref === "HEAD" ? target : ""}`);
  if (refs.head.oid === null && args.includes("unborn") && isAsked("HEAD"))
    lines.unshift(`unborn HEAD${target}`);
  return Buffer.concat([...lines.map((line) => pkt(`${line}\n`)), FLUSH]);
}
