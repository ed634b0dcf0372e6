import { beforeAll, describe, expect, it } from "vitest";

import { fromBase64Url, toBase64Url } from "../../../src/domain/base64.ts";
import { deriveAuthKey, deriveWrapKey, newRootSecret } from "../../../src/domain/root-secret.ts";
import { importSealer, newKey, openKey, sealKey } from "../../../src/domain/sealed-key.ts";
import { SEALED_BODY, SEALED_KEY } from "../../../src/domain/sync-protocol.ts";
import { SpaceCipher } from "../../../src/sync/sealing/space-cipher.ts";

const SPACE = "a".repeat(32);
const PLACE = { id: "about.title", class: "set", stamp: "0".repeat(16) } as const;
const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

describe("sealed keys", () => {
  it("open under the key they were sealed with, and no other", async () => {
    const [key, under] = [newKey(), await importSealer(newKey())];
    const sealed = await sealKey(key, { space: SPACE }, under);
    expect(sealed).toMatch(SEALED_KEY);
    expect(await openKey(sealed, { space: SPACE }, under)).toEqual(key);
    expect(await openKey(sealed, { space: SPACE }, await importSealer(newKey()))).toBeNull();
    expect(await openKey(sealed, "account", under)).toBeNull();
    // Moved to another space it opens nothing: whoever has the key of one would have that of the other.
    expect(await openKey(sealed, { space: "b".repeat(32) }, under)).toBeNull();
    expect(await sealKey(key, { space: SPACE }, under)).not.toBe(sealed);
  });

  it("open no more when one bit is another", async () => {
    const [key, under] = [newKey(), await importSealer(newKey())];
    const sealed = fromBase64Url(await sealKey(key, "account", under));
    if (!sealed) throw new Error("It is base64url.");
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = sealed.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(await openKey(toBase64Url(changed), "account", under)).toBeNull();
    }
    for (const text of ["", "x", "A".repeat(80), `${toBase64Url(sealed)}A`, toBase64Url(sealed.slice(0, 50))])
      expect(await openKey(text, "account", under)).toBeNull();
  });

  it("a secret's wrapping key is not what it signs in with", async () => {
    const root = newRootSecret();
    const authKey = fromBase64Url(await deriveAuthKey(root));
    if (!authKey) throw new Error("It is base64url.");
    const key = newKey();
    const sealed = await sealKey(key, "account", await deriveWrapKey(root));
    expect(await openKey(sealed, "account", await deriveWrapKey(root))).toEqual(key);
    expect(await openKey(sealed, "account", await importSealer(authKey))).toBeNull();
  });
});

describe("what an encrypted space holds", () => {
  let cipher: SpaceCipher;
  let key: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    key = newKey();
    cipher = await SpaceCipher.of(SPACE, key);
  });

  it.each(["", "{}", "ä€😀", "x".repeat(300_000)])("a body comes back as it was (%#)", async (text) => {
    const sealed = await cipher.sealBody(PLACE, text);
    expect(sealed).toMatch(SEALED_BODY);
    expect(await cipher.openBody(PLACE, sealed)).toBe(text);
    // Another device, with the same key.
    expect(await (await SpaceCipher.of(SPACE, key)).openBody(PLACE, sealed)).toBe(text);
  });

  it("the same body is another each time", async () => {
    expect(await cipher.sealBody(PLACE, "x")).not.toBe(await cipher.sealBody(PLACE, "x"));
  });

  it("a body opens at its own place alone", async () => {
    const sealed = await cipher.sealBody(PLACE, "x");
    for (const other of [
      { ...PLACE, id: "about.active" },
      { ...PLACE, class: "add" as const },
      { ...PLACE, stamp: `${"0".repeat(15)}1` },
      // Parts of one that would read like parts of the other if they were only put together.
      { ...PLACE, id: "about.title|set", class: "add" as const },
    ])
      expect(await cipher.openBody(other, sealed)).toBeNull();
    expect(await (await SpaceCipher.of("b".repeat(32), key)).openBody(PLACE, sealed)).toBeNull();
    expect(await (await SpaceCipher.of(SPACE, newKey())).openBody(PLACE, sealed)).toBeNull();
  });

  it("what is no sealed body is none", async () => {
    const sealed = await cipher.sealBody(PLACE, "x");
    for (const body of [
      "",
      "{}",
      "e1.",
      "e1.AAAA",
      `${sealed}A`,
      sealed.slice(0, -2),
      `e2.${sealed.slice(3)}`,
    ])
      expect(await cipher.openBody(PLACE, body)).toBeNull();
  });

  it("the same blob has the same name, so an upload can go on, and another key has another", async () => {
    const data = crypto.getRandomValues(new Uint8Array(60_000));
    const [one, two] = [await cipher.sealBlob(data), await cipher.sealBlob(data)];
    expect(two).toEqual(one);
    expect(one.id).toMatch(/^[0-9a-f]{64}$/);
    expect(await cipher.openBlob(one.data)).toEqual(data);
    const elsewhere = await SpaceCipher.of(SPACE, newKey());
    expect((await elsewhere.sealBlob(data)).id).not.toBe(one.id);
    expect(await elsewhere.openBlob(one.data)).toBeNull();
  });

  it("a blob that was changed, cut or put together is none", async () => {
    const { data } = await cipher.sealBlob(bytes("some text"));
    const { data: other } = await cipher.sealBlob(bytes("other text"));
    for (let at = 0; at < data.length; at += 1) {
      const changed = data.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      expect(await cipher.openBlob(changed)).toBeNull();
    }
    expect(await cipher.openBlob(data.slice(0, 40))).toBeNull();
    expect(await cipher.openBlob(new Uint8Array())).toBeNull();
    expect(await cipher.openBlob(new Uint8Array([...data.slice(0, 32), ...other.slice(32)]))).toBeNull();
  });

  it("a branch's name cannot be guessed from what it is called", async () => {
    const hash = await cipher.branchHash("main");
    expect(hash).toMatch(/^[0-9a-f]{32}$/);
    expect(await cipher.branchHash("main")).toBe(hash);
    expect(await cipher.branchHash("main2")).not.toBe(hash);
    expect(await (await SpaceCipher.of(SPACE, newKey())).branchHash("main")).not.toBe(hash);
  });
});
