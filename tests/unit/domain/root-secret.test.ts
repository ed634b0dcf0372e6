import { createHash, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";

import {
  deriveAuthKey,
  hashAuthKey,
  newRootSecret,
  readRootSecret,
  writeRootSecret,
} from "../../../src/domain/root-secret.ts";

describe("an account's secret", () => {
  it("is read as it was written, however it is typed", async () => {
    for (let n = 0; n < 50; n++) {
      const secret = newRootSecret();
      const text = await writeRootSecret(secret);
      expect(text).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{6}-){5}[0-9A-HJKMNP-TV-Z]{6}$/);
      const sloppy = ` ${text.toLowerCase().replaceAll("-", " ").replaceAll("0", "o").replaceAll("1", "l")}\n`;
      expect(await readRootSecret(sloppy)).toEqual(secret);
    }
  });

  it("is refused when a letter is wrong, missing, or in another's place", async () => {
    const text = await writeRootSecret(Uint8Array.from({ length: 20 }, (_, at) => 57 + at * 7));
    for (let at = 0; at < text.length; at++) {
      if (text[at] === "-") continue;
      const other = text[at] === "7" ? "8" : "7";
      expect(await readRootSecret(text.slice(0, at) + other + text.slice(at + 1))).toBeNull();
    }
    expect(await readRootSecret(text.slice(1))).toBeNull();
    expect(await readRootSecret(`${text}0`)).toBeNull();
    expect(await readRootSecret(text.replace(/^(.)(.)/, "$2$1"))).toBeNull();
    expect(await readRootSecret("U".repeat(36))).toBeNull();
  });

  it("gives a key by HKDF, of which a hash is kept", async () => {
    const secret = newRootSecret();
    const key = await deriveAuthKey(secret);
    const expected = hkdfSync("sha256", secret, new Uint8Array(), "okcvm sign-in key v1", 32);
    expect(key).toBe(Buffer.from(expected).toString("base64url"));
    expect(await hashAuthKey(key)).toBe(createHash("sha256").update(key).digest("hex"));
  });
});
