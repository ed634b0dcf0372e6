import { OkcvmError } from "../../src/domain/errors.ts";
import type { BodyReader } from "./body-reader.ts";
import { lineOf, notGit, readPacket } from "./pkt-line.ts";

export const NO_OBJECT = "0".repeat(40);

/** One change of a name that a client asks for. */
export interface RefCommand {
  ref: string;
  /** What the client believes it leads to; zeros for a new one. */
  old: string;
  /** Zeros remove it. */
  new: string;
}

export interface ReceiveRequest {
  commands: RefCommand[];
  options: Set<string>;
}

/** The most names of one push, and how many are read to say so of each. */
export const MAX_COMMANDS = 400;
const MAX_LINES = 20_000;

/** Reads what comes before the pack. Errors: `bad-request`. */
export async function readCommands(body: BodyReader): Promise<ReceiveRequest> {
  const request: ReceiveRequest = { commands: [], options: new Set() };
  for (
    let packet = await readPacket(body);
    packet !== null && packet !== "flush";
    packet = await readPacket(body)
  ) {
    if (packet === "delim") throw notGit();
    const [line = "", options = ""] = lineOf(packet).split("\0", 2);
    // A client's own boundary: what it leads to is looked at anyway.
    if (/^shallow [0-9a-f]{40}$/.test(line)) continue;
    const [, old, oid, ref] = /^([0-9a-f]{40}) ([0-9a-f]{40}) (.+)$/.exec(line) ?? [];
    if (old === undefined || oid === undefined || ref === undefined) throw notGit();
    request.commands.push({ old, new: oid, ref });
    for (const option of options.split(" ")) if (option !== "") request.options.add(option);
    if (request.commands.length > MAX_LINES)
      throw new OkcvmError("too-large", "The push has too many names.");
  }
  return request;
}
