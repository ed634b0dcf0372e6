import { SEALED_BODY, type ItemClass } from "../../src/domain/sync-protocol.ts";
import { KeyRing } from "../../src/sync/sealing/key-ring.ts";
import type { SpaceCipher } from "../../src/sync/sealing/space-cipher.ts";
import type { ServerRow, ServerSpaceRows } from "./server-checks.ts";
import type { World } from "./world.ts";

/** A space with what its bodies say. */
export interface OpenedSpace extends ServerSpaceRows {
  /** null for one that is not encrypted. */
  cipher: SpaceCipher | null;
}

/** Opens what is encrypted with the account's own keys. Answers what cannot be, or is not encrypted though it is to be. */
export async function openSpaces(
  { browsers, stranger }: World,
  spaces: readonly ServerSpaceRows[],
): Promise<{ opened: OpenedSpace[]; wrong: string[] }> {
  const wrong: string[] = [];
  const opened: OpenedSpace[] = [];
  for (const space of spaces) {
    const mine = (await stranger.page.store.account())?.id === space.owner ? [stranger] : browsers;
    const cipher = space.encrypted ? await cipherOf(mine, space.id) : null;
    if (space.encrypted && !cipher) wrong.push(`no browser can open ${space.id}`);
    const items = cipher
      ? await Promise.all(space.items.map((item) => open(item, { space: space.id, cipher, wrong })))
      : space.items;
    opened.push({ ...space, items, cipher });
  }
  return { opened, wrong };
}

async function cipherOf(browsers: World["browsers"], space: string): Promise<SpaceCipher | null> {
  for (const { page } of browsers) {
    const cipher = await new KeyRing(page.store).cipherOf(space).catch(() => null);
    if (cipher) return cipher;
  }
  return null;
}

async function open(
  item: ServerRow,
  { space, cipher, wrong }: { space: string; cipher: SpaceCipher; wrong: string[] },
): Promise<ServerRow> {
  if (item.body === null) return item;
  if (!SEALED_BODY.test(item.body)) wrong.push(`${item.id} of ${space} is not encrypted`);
  const place = { id: item.id, class: item.class as ItemClass, stamp: item.stamp };
  const body = await cipher.openBody(place, item.body);
  if (body === null) wrong.push(`${item.id} of ${space} cannot be opened`);
  return { ...item, body };
}
