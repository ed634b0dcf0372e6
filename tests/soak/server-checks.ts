import type { Database } from "../../sync-server/db/database.ts";
import type { World } from "./world.ts";

const ROW_BYTES = 100;

export interface ServerRow {
  id: string;
  seq: number;
  class: string;
  stamp: string;
  body: string | null;
}

/** A space as the database has it. */
export interface ServerSpaceRows {
  id: string;
  owner: string;
  encrypted: boolean;
  head: number;
  bytes: number;
  items: ServerRow[];
  /** What blobs take. */
  blobBytes: number;
}

export async function readSpaces({ kysely }: Database): Promise<ServerSpaceRows[]> {
  const spaces = await kysely.selectFrom("spaces").selectAll().execute();
  const found: ServerSpaceRows[] = [];
  for (const { id, owner_id, encrypted, head_seq, bytes } of spaces) {
    const items = await kysely
      .selectFrom("items")
      .select(["id", "seq", "class", "stamp", "body"])
      .where("space_id", "=", id)
      .orderBy("seq")
      .execute();
    const parts = await kysely.selectFrom("blob_parts").select("bytes").where("space_id", "=", id).execute();
    found.push({
      id,
      owner: owner_id,
      encrypted: Number(encrypted) === 1,
      head: Number(head_seq),
      bytes: Number(bytes),
      items: items.map((row) => ({
        id: row.id,
        seq: Number(row.seq),
        class: row.class,
        stamp: row.stamp,
        body: row.body === null ? null : Buffer.from(row.body).toString("utf8"),
      })),
      blobBytes: parts.reduce((sum, part) => sum + part.bytes.length + ROW_BYTES, 0),
    });
  }
  return found;
}

/** Numbers that are twice or above the head, and sums that are not what the rows add up to. */
export function rowsAreWrong(spaces: readonly ServerSpaceRows[]): string[] {
  return spaces.flatMap(({ id, head, bytes, items, blobBytes }) => {
    const wrong: string[] = [];
    const numbers = items.map(({ seq }) => seq);
    if (new Set(numbers).size !== numbers.length)
      wrong.push(`${id} has a number twice: ${numbers.join(" ")}`);
    if (numbers.some((seq) => seq > head || seq < 1))
      wrong.push(`${id} has a number beyond its head ${head}: ${numbers.join(" ")}`);
    const takes = items.reduce((sum, { body }) => sum + ROW_BYTES + Buffer.byteLength(body ?? ""), blobBytes);
    if (takes !== bytes) wrong.push(`${id} counts ${bytes} bytes, its rows have ${takes}`);
    return wrong;
  });
}

/** Acknowledged messages that the server lacks. */
export function serverLacks({ truth }: World, spaces: readonly ServerSpaceRows[]): string[] {
  return [...truth.messages].flatMap(([conversation, messages]) => {
    const there = new Set(spaces.find(({ id }) => id === conversation)?.items.map(({ id }) => id));
    return [...messages]
      .filter(([id]) => !there.has(`node.${id}`))
      .map(([id, text]) => `the server lacks "${text}" (node.${id} of ${conversation})`);
  });
}

/** What another account gets to see, and what of its own it lost. */
export async function strangerSees(
  { stranger, server, truth }: World,
  spaces: readonly ServerSpaceRows[],
): Promise<string[]> {
  const account = await stranger.page.store.account();
  const wrong: string[] = [];
  const get = (path: string): Promise<Response> =>
    fetch(`${server.url}/v1${path}`, { headers: { authorization: `Bearer ${account?.token}` } });
  const listed = (await (await get("/spaces")).json()) as { spaces: { id: string }[] };
  for (const { id, owner } of spaces) {
    if (owner === account?.id) continue;
    const { status } = await get(`/spaces/${id}/pull`);
    if (status !== 404) wrong.push(`another account pulls ${id} with ${status}`);
    if (listed.spaces.some((space) => space.id === id)) wrong.push(`another account is told of ${id}`);
  }
  const own = await stranger.page.conversations.list();
  for (const { id } of own) {
    const isOwn = spaces.some((space) => space.id === id && space.owner === account?.id);
    if (!isOwn) wrong.push(`another account has ${id}`);
    for (const message of await stranger.page.conversations.messages(id))
      if (!truth.messages.get(id)?.has(message.id)) wrong.push(`another account has message ${message.id}`);
  }
  return wrong;
}
