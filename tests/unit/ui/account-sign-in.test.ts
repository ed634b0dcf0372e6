import { describe, expect, it } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import { createSignIn } from "../../../src/ui/account/sign-in-state.ts";
import { MemorySync } from "../../support/ports/memory-sync.ts";

const LINK = `https://example.com/#/pair/${"0".repeat(32)}`;

describe("signing in", () => {
  it("takes a secret or a link, with the name that was typed or the guess", async () => {
    const sync = new MemorySync();
    const form = createSignIn(sync, () => "Chrome on Linux");
    form.setText("  abc def ");
    expect(await form.signIn()).toBe(true);
    expect(form.text()).toBe("");
    form.setText(LINK);
    form.setName("  The laptop ");
    await form.signIn();
    form.setText(LINK);
    form.setName("  ");
    await form.signIn();
    expect(sync.signIns).toEqual([
      { by: "abc def", name: "Chrome on Linux" },
      { by: LINK, name: "The laptop" },
      { by: LINK, name: "Chrome on Linux" },
    ]);
  });

  it("goes by the name this browser had, once that is known", () => {
    let known = "Chrome on Linux";
    const form = createSignIn(new MemorySync(), () => known);
    known = "The laptop";
    expect(form.name()).toBe("The laptop");
    form.setName("");
    expect(form.name()).toBe("");
  });

  it("keeps what was typed when it fails, and says why until it is changed", async () => {
    const sync = new MemorySync();
    const form = createSignIn(sync, () => "guess");
    expect(await form.signIn()).toBe(false);
    expect(form.signingIn.problem()).toBe("Paste the secret or a sign-in link.");
    sync.problem = new OkcvmError("unauthorized", "No account has that secret.");
    form.setText("ABC");
    expect(form.signingIn.problem()).toBeNull();
    expect(await form.signIn()).toBe(false);
    expect(form.signingIn.problem()).toBe("No account has that secret.");
    expect(form.text()).toBe("ABC");
    expect(form.signingIn.busy()).toBe(false);
    form.setText("ABCD");
    expect(form.signingIn.problem()).toBeNull();
  });

  it("answers a new account's secret, and none when it could not be made", async () => {
    const sync = new MemorySync();
    const form = createSignIn(sync, () => "guess");
    sync.problem = new OkcvmError("unreachable", "The server cannot be reached.");
    expect(await form.create()).toBeNull();
    expect(form.creating.problem()).toBe("The server cannot be reached.");
    sync.problem = null;
    expect(await form.create()).toMatch(/^(?:0{6}-){5}0{6}$/);
    expect(form.creating.problem()).toBeNull();
  });

  it("does not begin twice", async () => {
    const sync = new MemorySync();
    const form = createSignIn(sync, () => "guess");
    form.setText("ABC");
    const [first, second] = await Promise.all([form.signIn(), form.signIn()]);
    expect([first, second]).toEqual([true, false]);
    expect(sync.signIns).toHaveLength(1);
  });
});
