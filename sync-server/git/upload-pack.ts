import { OkcvmError } from "../../src/domain/errors.ts";
import type { Database } from "../db/database.ts";
import { lsRefs } from "./advertise.ts";
import type { BodyReader } from "./body-reader.ts";
import { missingCommits, type Missing } from "./commit-walk.ts";
import { Negotiation } from "./negotiation.ts";
import { linksOf } from "./object-links.ts";
import type { ObjectReader } from "./object-reader.ts";
import { packOf } from "./pack-stream.ts";
import { BAND, bandPkts, DELIM, FLUSH, MAX_BAND_PAYLOAD, pkt } from "./pkt-line.ts";
import { selectObjects } from "./reachable-objects.ts";
import { HEADS } from "./ref-name.ts";
import { readRefs } from "./refs.ts";
import { deepened, ownBoundary, type Deepen, type ShallowChange } from "./shallow.ts";
import { fetchOf, readCommand, readFetch, type FetchRequest } from "./upload-request.ts";

export interface UploadParts {
  database: Database;
  space: string;
  objects: ObjectReader;
  /** Told of a failure in the middle of a pack. */
  failed(error: unknown): void;
}

/** Answers a POST to git-upload-pack, packet by packet. Errors: `bad-request`, `too-large`. */
export async function* uploadPack(
  parts: UploadParts,
  body: BodyReader,
  version: number,
): AsyncGenerator<Buffer> {
  if (version !== 2) return yield* fetchV0(parts, await readFetch(body));
  for (let command = await readCommand(body); command; command = await readCommand(body)) {
    if (command.name === "ls-refs") yield lsRefs(await readRefs(parts.database, parts.space), command.args);
    else if (command.name === "fetch") yield* fetchV2(parts, fetchOf(command));
    else throw new OkcvmError("bad-request", "There is no such command.");
  }
}

/** Source: gitprotocol-pack, for a connection that ends with each answer. */
async function* fetchV0(parts: UploadParts, request: FetchRequest): AsyncGenerator<Buffer> {
  if (request.wants.length === 0) return;
  const plan = await Plan.make(parts, request);
  if (request.deepen) yield Buffer.concat([...plan.shallowLines(), FLUSH]);
  if (request.isPlan) return;
  const negotiation = new Negotiation(parts.objects, request, plan.cut);
  const { lines, goesOn } = await negotiation.answer();
  yield Buffer.concat(lines.map((line) => pkt(`${line}\n`)));
  if (!goesOn) return;
  const { options } = request;
  const bands = options.has("side-band-64k") || options.has("side-band");
  if (!bands) return yield* plan.pack(negotiation.common);
  const most = options.has("side-band-64k") ? MAX_BAND_PAYLOAD : 995;
  yield* inBands(plan.pack(negotiation.common), { parts, most, progress: plan.progress });
}

/** Source: gitprotocol-v2. */
async function* fetchV2(parts: UploadParts, request: FetchRequest): AsyncGenerator<Buffer> {
  if (request.wants.length === 0) return;
  const plan = await Plan.make(parts, request);
  const negotiation = new Negotiation(parts.objects, request, plan.cut);
  await negotiation.find();
  if (request.haves.length > 0 && !request.done) {
    const ready = await negotiation.isEnough();
    const acks = [...negotiation.common].map((oid) => `ACK ${oid}`);
    const lines = ["acknowledgments", ...(acks.length > 0 ? acks : ["NAK"]), ...(ready ? ["ready"] : [])];
    yield Buffer.concat([...lines.map((line) => pkt(`${line}\n`)), ready ? DELIM : FLUSH]);
    if (!ready) return;
  }
  if (!request.deepen) await plan.addOwnBoundary(negotiation.common);
  const shallow = plan.shallowLines();
  if (request.deepen || request.shallows.size > 0 || shallow.length > 0)
    yield Buffer.concat([pkt("shallow-info\n"), ...shallow, DELIM]);
  yield pkt("packfile\n");
  yield* inBands(plan.pack(negotiation.common), { parts, most: MAX_BAND_PAYLOAD, progress: plan.progress });
}

/** Commits of a client with a part of the history whose files are looked at. */
const MAX_EDGES = 32;

/** What a fetch is to bring, once it is known what both have. */
class Plan {
  readonly #objects: ObjectReader;
  readonly #request: FetchRequest;
  readonly #change: ShallowChange;
  readonly #wants: string[] = [];
  readonly #others: string[] = [];
  readonly cut: Set<string>;
  #lacking: Promise<Missing> | null = null;

  private constructor(objects: ObjectReader, request: FetchRequest, change: ShallowChange) {
    this.#objects = objects;
    this.#request = request;
    this.#change = change;
    this.cut = new Set([...request.shallows, ...change.shallow]);
  }

  /** Errors: `bad-request` for a want that is not here. */
  static async make({ database, space, objects }: UploadParts, request: FetchRequest): Promise<Plan> {
    const { deepen } = request;
    const exact = deepen && (await withCommits(deepen, { database, space }));
    const change = exact
      ? await deepened(objects, { ...request, deepen: exact })
      : { shallow: [], unshallow: [] };
    const plan = new Plan(objects, request, change);
    for (const oid of request.wants) await plan.#want(oid);
    // What lies below a boundary that is no more is new to the client.
    for (const oid of change.unshallow)
      for (const parent of (await objects.commit(oid))?.parents ?? []) await plan.#want(parent);
    return plan;
  }

  get progress(): boolean {
    return !this.#request.options.has("no-progress");
  }

  shallowLines(): Buffer[] {
    const { shallow, unshallow } = this.#change;
    return [...shallow.map((oid) => `shallow ${oid}`), ...unshallow.map((oid) => `unshallow ${oid}`)].map(
      pkt,
    );
  }

  /** Commits that come along and whose parents are nowhere are a boundary too. */
  async addOwnBoundary(common: ReadonlySet<string>): Promise<void> {
    const { commits } = await this.#missing(common);
    for (const oid of await ownBoundary(this.#objects, commits))
      if (!this.cut.has(oid)) this.#change.shallow.push(oid);
  }

  async *pack(common: ReadonlySet<string>): AsyncGenerator<Buffer> {
    const { options } = this.#request;
    const { oids, known } = await selectObjects(this.#objects, await this.#missing(common), this.#others);
    yield* packOf(this.#objects, oids, {
      known: options.has("thin-pack") ? known : new Set(),
      ofsDelta: options.has("ofs-delta"),
    });
  }

  /** Looked for once: when it is asked for, all is known that both have. */
  #missing(common: ReadonlySet<string>): Promise<Missing> {
    this.#lacking ??= this.#find(common);
    return this.#lacking;
  }

  async #find(common: ReadonlySet<string>): Promise<Missing> {
    const { commits, edges } = await missingCommits(this.#objects, {
      wants: this.#wants,
      haves: [...common],
      cut: this.cut,
    });
    if (this.#request.shallows.size === 0) return { commits, edges };
    // History is cut between what the client has and what it lacks, but their files are mostly the same.
    const near = [...this.#change.unshallow, ...common].slice(0, MAX_EDGES);
    return { commits, edges: [...new Set([...edges, ...near])] };
  }

  async #want(first: string): Promise<void> {
    for (let oid: string | null = first; oid !== null;) {
      if (await this.#objects.commit(oid)) {
        this.#wants.push(oid);
        return;
      }
      const object = await this.#objects.read(oid);
      if (!object) throw new OkcvmError("bad-request", `upload-pack: not our ref ${oid}`);
      this.#others.push(oid);
      oid = object.type === "tag" ? (linksOf("tag", object.body).objects[0]?.oid ?? null) : null;
    }
  }
}

/** Branches that are to be left out, as the commits they lead to. */
async function withCommits(deepen: Deepen, where: { database: Database; space: string }): Promise<Deepen> {
  if (deepen.kind === "depth" || deepen.not.length === 0) return deepen;
  const { branches } = await readRefs(where.database, where.space);
  const not = deepen.not.map((wanted) => {
    const branch = branches.find(({ name }) => name === wanted || HEADS + name === wanted);
    if (!branch) throw new OkcvmError("bad-request", `There is no branch ${wanted}.`);
    return branch.oid;
  });
  return { ...deepen, not };
}

interface Bands {
  parts: UploadParts;
  /** Bytes of a packet. */
  most: number;
  /** Whether the client wants words for the person. */
  progress: boolean;
}

/** A pack in sideband packets; the words of a failure come in a band of their own. */
async function* inBands(
  pack: AsyncIterable<Buffer>,
  { parts, most, progress }: Bands,
): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  let whole = 0;
  try {
    for await (const chunk of pack) {
      waiting.push(chunk);
      size += chunk.length;
      whole += chunk.length;
      if (size < most) continue;
      const bytes = Buffer.concat(waiting);
      const full = bytes.length - (bytes.length % most);
      waiting = [bytes.subarray(full)];
      size = bytes.length - full;
      yield banded(bytes.subarray(0, full), most);
    }
    const words = progress
      ? bandPkts(BAND.progress, `Sent ${Math.ceil(whole / 1024)} KiB.\n`)
      : FLUSH.subarray(4);
    yield Buffer.concat([banded(Buffer.concat(waiting), most), words, FLUSH]);
  } catch (error) {
    parts.failed(error);
    yield bandPkts(BAND.error, `${wordsOf(error)}\n`);
  }
}

function banded(bytes: Buffer, most: number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += most)
    pieces.push(bandPkts(BAND.data, bytes.subarray(at, at + most)));
  return Buffer.concat(pieces);
}

/** What a person is told of a failure. */
export function wordsOf(error: unknown): string {
  return error instanceof OkcvmError ? error.message : "The server failed to answer. Its log says where.";
}
