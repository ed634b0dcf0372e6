import { Hono, type Context } from "hono";
import { OkcvmError } from "../../src/domain/errors.ts";
import type { Scope } from "../auth/scopes.ts";
import { advertisement, capabilities, type Service } from "../git/advertise.ts";
import { BodyReader } from "../git/body-reader.ts";
import { ObjectReader } from "../git/object-reader.ts";
import { FLUSH, pkt } from "../git/pkt-line.ts";
import { receivePack } from "../git/receive-pack.ts";
import { Repacking } from "../git/repack.ts";
import { Repository } from "../git/repository.ts";
import { uploadPack, wordsOf } from "../git/upload-pack.ts";
import { errorFacts, type Log } from "../log.ts";
import { addressOf } from "./sync/guards.ts";
import type { SyncEnv, SyncParts } from "./sync/sync-env.ts";

export interface GitRemoteParts extends SyncParts {
  log: Log;
}

interface ExchangeParts extends GitRemoteParts {
  repacking: Repacking;
}

type GitContext = Context<SyncEnv>;

/** The most bytes of what a fetch asks, unpacked. */
const MAX_ASKED_BYTES = 16 * 1024 * 1024;
/** What is read of a push beyond the space's room: Git listens for the refusal only when it has sent all. */
const MAX_WASTED_BYTES = 1024 * 1024 * 1024;
const NEEDED: Record<Service, { scope: Scope; may: "read" | "write" }> = {
  "git-upload-pack": { scope: "git:read", may: "read" },
  "git-receive-pack": { scope: "git:write", may: "write" },
};

/** Conversations as Git remotes, at `/git/<conversation>.git`: clone, fetch and push by smart HTTP. Source: gitprotocol-http. */
export function gitRemote(parts: GitRemoteParts): Hono<SyncEnv> {
  const { database, blobs, now, log } = parts;
  const repacking = new Repacking({
    database,
    blobs,
    now,
    maxBytes: parts.limits.spaceBytes,
    changed: (space, headSeq) => parts.notices.changed(space, headSeq),
    failed: (error) => log.warn(errorFacts(error), "packs could not be put together"),
  });
  const routes = new Hono<SyncEnv>();
  routes.get("/:repository/info/refs", async (context) => {
    const service = context.req.query("service") ?? "";
    if (!isService(service)) return plain(403, "This server speaks Git's smart protocol only.");
    context.env.entry.route = `git remote ${service} refs`;
    return (await admit(parts, context, service)) ?? refs(parts, context, service);
  });
  for (const service of Object.keys(NEEDED) as Service[])
    routes.post(`/:repository/${service}`, async (context) => {
      context.env.entry.route = `git remote ${service} rpc`;
      // No page of another origin can send this type without asking first.
      if (context.req.header("content-type") !== `application/x-${service}-request`)
        return plain(415, "That is not Git's protocol.");
      return (await admit(parts, context, service)) ?? exchange({ ...parts, repacking }, context, service);
    });
  routes.all("*", () => plain(404, "There is no such repository."));
  return routes;
}

function isService(text: string): text is Service {
  return Object.hasOwn(NEEDED, text);
}

/** Lets through who may use a service of the repository, and sets the caller; the rest gets a reply. */
async function admit(parts: GitRemoteParts, context: GitContext, service: Service): Promise<Response | null> {
  const { scope, may } = NEEDED[service];
  const token = tokenOf(context.req.header("authorization"));
  const caller = token === null ? null : await parts.authenticator.callerOf(token);
  if (!caller) return refuse(parts, context, token !== null);
  if (!caller.scopes.has(scope)) return plain(403, `This token does not have the scope ${scope}.`);
  context.set("caller", caller);
  const space = spaceOf(context);
  const access = SPACE_ID.test(space) ? await parts.spaces.accessOf(space, caller.accountId) : null;
  if (access?.kind !== "conversation") return plain(404, NOT_YOURS);
  if (may === "write" && access.role === "viewer")
    return plain(403, "You may read this repository, not change it.");
  if (!access.encrypted) return null;
  return plain(403, "This conversation is encrypted: the server cannot read it, so Git cannot either.");
}

const SPACE_ID = /^[0-9a-f]{32}$/;
const NOT_YOURS = "There is no such repository, or it is not yours.";

function refuse({ failures, ...parts }: GitRemoteParts, context: GitContext, guessed: boolean): Response {
  const address = addressOf({ failures, ...parts }, context);
  const wait = guessed ? failures.waitOf(address) : 0;
  if (wait > 0)
    return plain(429, `Too many failed attempts. Try again in ${wait} s.`, { "retry-after": String(wait) });
  if (guessed) failures.count(address);
  return plain(401, "Log in with any user name, and a device token (okcvm_…) as the password.", {
    "www-authenticate": 'Basic realm="OKCVM", charset="UTF-8"',
  });
}

/** The device token: a password, or the token of `Bearer`. */
function tokenOf(header = ""): string | null {
  const [, kind = "", value = ""] = /^(Basic|Bearer) +(\S+)$/i.exec(header) ?? [];
  if (kind.toLowerCase() === "bearer") return value;
  if (kind === "") return null;
  const text = Buffer.from(value, "base64").toString("utf8");
  const password = text.slice(text.indexOf(":") + 1);
  // Programs that know a token only as a name send it so.
  return password === "" ? text.slice(0, -1) : password;
}

function spaceOf(context: GitContext): string {
  return (context.req.param("repository") ?? "").replace(/\.git$/, "");
}

/** The version a client asks for: the highest it names that this server speaks. */
function versionOf(context: GitContext): 0 | 1 | 2 {
  const asked = (context.req.header("git-protocol") ?? "").split(":");
  if (asked.includes("version=2")) return 2;
  return asked.includes("version=1") ? 1 : 0;
}

async function refs(parts: GitRemoteParts, context: GitContext, service: Service): Promise<Response> {
  const { database, blobs } = parts;
  const version = versionOf(context);
  const space = spaceOf(context);
  const objects = new ObjectReader(new Repository(database, blobs, space));
  const body =
    version === 2 && service === "git-upload-pack"
      ? capabilities()
      : await advertisement({ database, space, objects }, service, version === 1 ? 1 : 0);
  return gitReply(`application/x-${service}-advertisement`, new Uint8Array(body));
}

async function exchange(parts: ExchangeParts, context: GitContext, service: Service): Promise<Response> {
  const encoding = context.req.header("content-encoding") ?? "identity";
  if (!["identity", "gzip", "x-gzip"].includes(encoding))
    return plain(415, "Send it as it is, or with gzip.");
  const isFetch = service === "git-upload-pack";
  const body = new BodyReader(context.req.raw.body, {
    gzip: encoding !== "identity",
    limit: isFetch ? MAX_ASKED_BYTES : parts.limits.spaceBytes + MAX_WASTED_BYTES,
  });
  const type = `application/x-${service}-result`;
  try {
    const packets = isFetch ? fetchPackets(parts, context, body) : await pushPackets(parts, context, body);
    return gitReply(type, await streamOf(packets, (error) => cut(parts, context, error)));
  } catch (error) {
    if (context.req.raw.signal.aborted) return plain(499, "The client closed the request.");
    note(parts, context, error);
    // What Git shows to the person.
    return gitReply(type, new Uint8Array(Buffer.concat([pkt(`ERR ${wordsOf(error)}\n`), FLUSH])));
  }
}

function fetchPackets(parts: GitRemoteParts, context: GitContext, body: BodyReader): AsyncGenerator<Buffer> {
  const { database, blobs } = parts;
  const space = spaceOf(context);
  const objects = new ObjectReader(new Repository(database, blobs, space));
  const failed = (error: unknown): void => note(parts, context, error);
  return uploadPack({ database, space, objects, failed }, body, versionOf(context));
}

function pushPackets(
  parts: ExchangeParts,
  context: GitContext,
  body: BodyReader,
): Promise<AsyncGenerator<Buffer>> {
  const { database, blobs, limits, now } = parts;
  const space = spaceOf(context);
  return receivePack(
    {
      database,
      blobs,
      space,
      now,
      maxBytes: limits.spaceBytes,
      changed(headSeq) {
        parts.notices.changed(space, headSeq);
        parts.repacking.consider(space);
      },
      failed: (error) => note(parts, context, error),
    },
    body,
  );
}

/** Failures that are not the client's go to the log; so does what is stored and cannot be read. */
function note({ log }: GitRemoteParts, context: GitContext, error: unknown): void {
  if (context.req.raw.signal.aborted || (error instanceof OkcvmError && error.code !== "bad-archive")) return;
  log.error({ ...context.env.entry, ...errorFacts(error) }, "a Git exchange failed");
}

/** Ends the client's connection, so that a cut reply is not taken for a whole one; false when it has none. */
function cut(parts: GitRemoteParts, context: GitContext, error: unknown): boolean {
  note(parts, context, error);
  context.env.outgoing?.destroy();
  return context.env.outgoing !== undefined;
}

/** Packets as they are asked for. What fails before the first one rejects; after it, the reply is cut. */
async function streamOf(
  packets: AsyncGenerator<Buffer>,
  onError: (error: unknown) => boolean,
): Promise<ReadableStream<Uint8Array>> {
  let first: IteratorResult<Buffer> | null = await packets.next();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = first ?? (await packets.next());
          first = null;
          if (done === true) controller.close();
          else controller.enqueue(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        } catch (error) {
          if (onError(error)) controller.close();
          else controller.error(new Error("The exchange failed."));
        }
      },
      async cancel() {
        await packets.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

function gitReply(type: string, body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: {
      "content-type": type,
      "cache-control": "no-cache, max-age=0, must-revalidate",
      pragma: "no-cache",
      expires: "Fri, 01 Jan 1980 00:00:00 GMT",
      "x-accel-buffering": "no",
    },
  });
}

function plain(status: number, words: string, headers: Record<string, string> = {}): Response {
  return new Response(`${words}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers },
  });
}
