import { OkcvmError } from "../../src/domain/errors.ts";
import type { BodyReader } from "./body-reader.ts";
import { lineOf, notGit, readPacket, type Packet } from "./pkt-line.ts";
import type { Deepen } from "./shallow.ts";

/** What a client asks of upload-pack, in either version of the protocol. */
export interface FetchRequest {
  wants: string[];
  haves: string[];
  /** The client ends the search for what both have. */
  done: boolean;
  /** In version 0: it asks for nothing yet but how far its history is to go. */
  isPlan: boolean;
  /** Commits whose parents it does not have. */
  shallows: Set<string>;
  deepen: Deepen | null;
  /** Names of what it can do, and of what it asks for. */
  options: Set<string>;
}

/** The most lines of one request: each have is a look into the database's indexes. */
const MAX_LINES = 200_000;

/** Reads what comes before the haves one by one. */
class RequestBuilder {
  readonly request: FetchRequest = {
    wants: [],
    haves: [],
    done: false,
    isPlan: false,
    shallows: new Set(),
    deepen: null,
    options: new Set(),
  };
  #depth = 0;
  #since: number | null = null;
  readonly #not: string[] = [];
  #lines = 0;

  /** Errors: `bad-request` for a line that is not of a fetch. */
  take(line: string): void {
    this.#lines += 1;
    if (this.#lines > MAX_LINES) throw new OkcvmError("too-large", "The request has too many lines.");
    const [word = "", ...rest] = line.split(" ");
    const value = rest.join(" ");
    const take = this.#words[word];
    if (take) take(value);
    else if (value === "") this.request.options.add(word);
    else throw notGit();
  }

  finish(): FetchRequest {
    const { options } = this.request;
    if (this.#since !== null || this.#not.length > 0)
      this.request.deepen = { kind: "since", since: this.#since ?? 0, not: this.#not };
    else if (this.#depth > 0)
      this.request.deepen = { kind: "depth", depth: this.#depth, relative: options.has("deepen-relative") };
    return this.request;
  }

  readonly #words: Partial<Record<string, (value: string) => void>> = {
    want: (value) => void this.request.wants.push(oidOf(value)),
    have: (value) => void this.request.haves.push(oidOf(value)),
    done: () => (this.request.done = true),
    shallow: (value) => void this.request.shallows.add(oidOf(value)),
    deepen: (value) => (this.#depth = numberOf(value)),
    "deepen-since": (value) => (this.#since = numberOf(value)),
    "deepen-not": (value) => void this.#not.push(value),
  };
}

/** Reads a fetch of version 0 or 1: the first want tells what the client can do. */
export async function readFetch(body: BodyReader): Promise<FetchRequest> {
  const builder = new RequestBuilder();
  let first = true;
  let flushes = 0;
  let after = false;
  // A flush ends what is asked for, and after it each round of haves.
  for (let packet = await readPacket(body); packet !== null; packet = await readPacket(body)) {
    after = flushes > 0;
    if (packet === "flush") flushes += 1;
    if (packet === "flush") continue;
    if (packet === "delim") throw notGit();
    const line = lineOf(packet);
    const able = first ? /^(want [0-9a-f]{40})[ \0](.*)$/.exec(line) : null;
    builder.take(able?.[1] ?? line);
    for (const option of able?.[2]?.split(" ") ?? []) if (option !== "") builder.request.options.add(option);
    first = false;
  }
  builder.request.isPlan = !after;
  return builder.finish();
}

export interface Command {
  name: string;
  args: string[];
}

/** Reads a command of version 2; null for a message without any. Errors: `bad-request`. */
export async function readCommand(body: BodyReader): Promise<Command | null> {
  let name: string | null = null;
  const args: string[] = [];
  let inArgs = false;
  for (;;) {
    const packet: Packet | null = await readPacket(body);
    if (packet === "flush" || packet === null) break;
    if (packet === "delim") {
      inArgs = true;
      continue;
    }
    const line = lineOf(packet);
    if (inArgs) args.push(line);
    else if (line.startsWith("command=")) name = line.slice("command=".length);
    else if (line.startsWith("object-format=") && line !== "object-format=sha1")
      throw new OkcvmError("bad-request", "The repository's ids are SHA-1.");
    if (args.length > MAX_LINES) throw new OkcvmError("too-large", "The request has too many lines.");
  }
  return name === null ? null : { name, args };
}

/** A fetch of version 2. */
export function fetchOf({ args }: Command): FetchRequest {
  const builder = new RequestBuilder();
  for (const line of args) builder.take(line);
  return builder.finish();
}

function oidOf(text: string): string {
  if (!/^[0-9a-f]{40}$/.test(text)) throw notGit();
  return text;
}

function numberOf(text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw notGit();
  return Number(text);
}
