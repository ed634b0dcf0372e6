import * as z from "zod/mini";

import { OkcvmError, toErrorValue, type ErrorCode } from "../domain/errors.ts";
import type { OpStatus, PulledItem, PullReply, PushOp } from "../domain/sync-protocol.ts";
import type { AccountDevice, ModelUse } from "../domain/sync-status.ts";

/** What the server says of a space. */
export interface ServerSpace {
  id: string;
  kind: "home" | "conversation";
  role: "owner" | "editor" | "viewer";
  encrypted: boolean;
  /** What this account opens an encrypted one with, under its key. */
  key?: string | null | undefined;
  epoch: number;
  headSeq: number;
  /** Accounts that may use it. */
  members?: number | undefined;
  about: PulledItem[];
}

export interface Granted {
  accountId: string;
  homeSpace: string;
  token: string;
  device: AccountDevice;
  /** The account's key, under its secret; null for none. */
  key: string | null;
}

export interface PushReply {
  results: { id: string; status: OpStatus; seq?: number | undefined }[];
  headSeq: number;
  cursor?: string | undefined;
}

/** The account's own row at the server. */
export interface ServerAccount {
  id: string;
  deleteAt: number | null;
  /** Its key, under its secret; null for none. */
  key: string | null;
}

/** A request was answered with a failure. `status` is HTTP's; `serverTime` the server's clock. */
export class ServerRefusal extends OkcvmError {
  readonly status: number;
  /** The server's own code. */
  readonly reason: string;
  /** Seconds it asks to wait; 0 when it does not say. */
  readonly retryAfter: number;

  constructor(response: Response, { code, message }: { code: string; message: string }) {
    super(code === "key_needed" ? "locked" : codeFor(response.status), message);
    this.status = response.status;
    this.reason = code;
    this.retryAfter = Number(response.headers.get("retry-after") ?? 0) || 0;
  }
}

const item = z.object({
  id: z.string(),
  seq: z.number(),
  class: z.enum(["add", "set", "cas"]),
  stamp: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  device: z.string(),
  body: z.nullable(z.string()),
});
const spaces = z.object({
  spaces: z.array(
    z.object({
      id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
      kind: z.enum(["home", "conversation"]),
      role: z.enum(["owner", "editor", "viewer"]),
      encrypted: z.boolean(),
      key: z.optional(z.nullable(z.string())),
      epoch: z.number(),
      headSeq: z.number(),
      members: z.optional(z.number()),
      about: z.array(item),
    }),
  ),
});
const device = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: z.number(),
  seenAt: z.number(),
  current: z.boolean(),
});
const granted = z.object({
  accountId: z.string(),
  homeSpace: z.string(),
  token: z.string(),
  device,
  key: z.nullable(z.string()),
});
const made = z.object({ cursor: z.string(), encrypted: z.boolean(), key: z.nullable(z.string()) });
const account = z.object({ id: z.string(), deleteAt: z.nullable(z.number()), key: z.nullable(z.string()) });
const taken = z.extend(granted, { box: z.nullable(z.string()) });
const letter = z.object({ id: z.string(), expiresAt: z.number() });
const pulled = z.object({ items: z.array(item), cursor: z.string(), more: z.boolean() });
const pushed = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      status: z.enum(["new", "dup", "stale", "conflict", "gone", "skew", "quota"]),
      seq: z.optional(z.number()),
    }),
  ),
  headSeq: z.number(),
  cursor: z.optional(z.string()),
});
const modelUse = z.object({
  offered: z.boolean(),
  requestsPerDay: z.nullable(z.number()),
  tokensPerDay: z.nullable(z.number()),
  days: z.array(
    z.object({
      day: z.number(),
      provider: z.string(),
      requests: z.number(),
      inputTokens: z.number(),
      outputTokens: z.number(),
    }),
  ),
});
const blobState = z.object({ whole: z.boolean(), parts: z.array(z.number()) });
const refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** A request that never got an answer must not hold sync up. Milliseconds. */
const ANSWER_LIMIT_MS = 60_000;

export interface ServerApiParts {
  fetch: typeof globalThis.fetch;
  /** The server's origin. */
  server: string;
  /** null for what needs none. */
  token: string | null;
  now(): number;
}

/** The server's API, with its replies checked. Errors: `unreachable`, ServerRefusal, `bad-reply`. */
export class ServerApi {
  readonly #parts: ServerApiParts;
  /** How far the server's clock is ahead of this device's, by its last reply. Milliseconds, to a second. */
  skew = 0;

  constructor(parts: ServerApiParts) {
    this.#parts = parts;
  }

  /** `key`: the account's, under its secret. `invitation`: what lets it be made where one is needed. */
  createAccount(about: {
    authHash: string;
    name: string;
    key: string;
    invitation?: string;
  }): Promise<Granted> {
    return this.json(granted, "POST", "/accounts", about);
  }

  /** A new device of the account whose key it is. */
  addDevice(name: string, authKey: string): Promise<Granted> {
    return this.json(granted, "POST", "/devices", { name, authKey });
  }

  async devices(): Promise<AccountDevice[]> {
    return (await this.json(z.object({ devices: z.array(device) }), "GET", "/devices")).devices;
  }

  async renameDevice(id: string, name: string): Promise<void> {
    await this.request("PATCH", `/devices/${id}`, { name });
  }

  async revokeDevice(id: string): Promise<void> {
    await this.request("DELETE", `/devices/${id}`);
  }

  account(): Promise<ServerAccount> {
    return this.json(account, "GET", "/account");
  }

  /** `before`: the account's key as it was. Errors: `exists` when it is another by now. */
  async rotate(authHash: string, { key, before }: { key: string; before: string | null }): Promise<void> {
    await this.request("POST", "/account/rotate", { authHash, revokeOthers: true, key, before });
  }

  /** Gives an account that has none its key. Errors: `unauthorized` for another account's sign-in key, `exists`. */
  async giveKey(authKey: string, key: string): Promise<void> {
    await this.request("PUT", "/account/key", { authKey, key });
  }

  async scheduleDeletion(wanted: boolean): Promise<void> {
    await (wanted ? this.request("DELETE", "/account") : this.request("POST", "/account/restore"));
  }

  /** A new device of the person whom the operator's login knows. */
  addDeviceByLogin(name: string): Promise<Granted> {
    return this.json(granted, "POST", "/identity/devices", { name });
  }

  modelUse(): Promise<ModelUse> {
    return this.json(modelUse, "GET", "/account/usage");
  }

  /** Errors: `bad-reply` for one that was cut off. */
  async exportAccount(signal: AbortSignal): Promise<Blob> {
    const response = await this.request("GET", "/account/export", undefined, signal);
    const blob = await response.blob().catch((error: unknown) => {
      throw unreachable(error);
    });
    if (!(await blob.slice(-200).text()).trimEnd().split("\n").at(-1)?.startsWith('{"end":'))
      throw new OkcvmError("bad-reply", "The server broke the download off. Try again.");
    return blob;
  }

  /** `box`: what the server cannot read, for whoever takes it. */
  leaveLetter(box: string | null): Promise<{ id: string; expiresAt: number }> {
    return this.json(letter, "POST", "/pairs", box === null ? {} : { box });
  }

  takeLetter(id: string, name: string): Promise<Granted & { box: string | null }> {
    return this.json(taken, "POST", `/pairs/${id}/take`, { name });
  }

  async spaces(only?: string): Promise<ServerSpace[]> {
    const query = only === undefined ? "" : `?space=${only}`;
    return (await this.json(spaces, "GET", `/spaces${query}`)).spaces;
  }

  /** `key`: for one that is to be encrypted. Answers how whoever was first made it, and the cursor that stands before everything in it. */
  makeSpace(id: string, key: string | null): Promise<z.infer<typeof made>> {
    const about = { kind: "conversation", encrypted: key !== null };
    return this.json(made, "PUT", `/spaces/${id}`, key === null ? about : { ...about, key });
  }

  push(space: string, ops: readonly PushOp[], cursor: string | null): Promise<PushReply> {
    const body = cursor === null ? { ops } : { ops, cursor };
    return this.json(pushed, "POST", `/spaces/${space}/push`, body);
  }

  pull(space: string, cursor: string | null): Promise<PullReply> {
    const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    return this.json(pulled, "GET", `/spaces/${space}/pull${query}`);
  }

  /** Which parts of a blob are there. */
  blobParts(space: string, blob: string): Promise<{ whole: boolean; parts: number[] }> {
    return this.json(blobState, "GET", `/spaces/${space}/blobs/${blob}/parts`);
  }

  async putPart(space: string, { blob, n }: { blob: string; n: number }, part: Blob): Promise<void> {
    await this.request("PUT", `/spaces/${space}/blobs/${blob}/parts/${n}`, part);
  }

  async finishBlob(
    space: string,
    blob: string,
    about: { size: number; absent: readonly string[] },
  ): Promise<void> {
    await this.request("POST", `/spaces/${space}/blobs/${blob}/finish`, about);
  }

  async readBlob(space: string, blob: string): Promise<Uint8Array<ArrayBuffer>> {
    const response = await this.request("GET", `/spaces/${space}/blobs/${blob}`);
    const bytes = await response.arrayBuffer().catch((error: unknown) => {
      throw unreachable(error);
    });
    return new Uint8Array(bytes);
  }

  /** The live notice: the body of a reply that does not end. */
  async events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await this.request("GET", "/events", undefined, signal);
    if (!response.body) throw new OkcvmError("bad-reply", "The server's live notice has no body.");
    return response.body;
  }

  /** One request whose reply is checked. */
  async json<T>(schema: z.ZodMiniType<T>, method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.request(method, path, body);
    const json: unknown = await response.json().catch((error: unknown) => {
      throw unreachable(error);
    });
    const { data } = schema.safeParse(json);
    if (data === undefined)
      throw new OkcvmError(
        "bad-reply",
        "The server's answer is not understood. Reload the page; if it stays so, the server and the page are of different versions.",
      );
    return data;
  }

  async request(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const { fetch, server, token } = this.#parts;
    const headers: Record<string, string> = {};
    if (token !== null) headers["authorization"] = `Bearer ${token}`;
    const bytes = body instanceof Blob ? body : null;
    if (body !== undefined) headers["content-type"] = bytes ? "application/octet-stream" : "application/json";
    const init: RequestInit = {
      method,
      headers,
      // No cookie goes along, and no copy of what a person wrote stays in the browser's cache.
      credentials: "omit",
      cache: "no-store",
      signal: signal ?? AbortSignal.timeout(ANSWER_LIMIT_MS),
      ...(body === undefined ? {} : { body: bytes ?? JSON.stringify(body) }),
    };
    const response = await fetch(`${server}/v1${path}`, init).catch((error: unknown) => {
      throw unreachable(error);
    });
    const date = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(date)) this.skew = date - this.#parts.now();
    if (response.ok) return response;
    throw await refused(response);
  }
}

async function refused(response: Response): Promise<OkcvmError> {
  const json: unknown = await response.json().catch(() => null);
  const { data } = refusal.safeParse(json);
  if (data) return new ServerRefusal(response, data.error);
  // Something in between answers: a proxy without its server, a captive portal.
  return new OkcvmError("unreachable", `The server's address answered with status ${response.status}.`);
}

function unreachable(error: unknown): OkcvmError {
  if (error instanceof OkcvmError) return error;
  const { code } = toErrorValue(error);
  if (code === "aborted") return new OkcvmError("aborted", "Stopped.", error);
  return new OkcvmError("unreachable", "The server cannot be reached.", error);
}

function codeFor(status: number): ErrorCode {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 404) return "not-found";
  if (status === 409) return "exists";
  if (status === 413 || status === 507) return "too-large";
  if (status === 429) return "rate-limited";
  return status >= 500 ? "server-error" : "bad-request";
}
