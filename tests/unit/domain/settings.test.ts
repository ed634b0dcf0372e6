import { describe, expect, test } from "vitest";

import { OkcvmError } from "../../../src/domain/errors.ts";
import {
  applyPatch,
  DEFAULT_SETTINGS,
  normalizeBaseUrl,
  type SettingsPatch,
} from "../../../src/domain/settings.ts";

function failure(patch: unknown): { code: string; message: string } {
  try {
    applyPatch(DEFAULT_SETTINGS, patch as SettingsPatch);
  } catch (error) {
    const code = error instanceof OkcvmError ? error.code : `not an expected error: ${String(error)}`;
    return { code, message: (error as Error).message };
  }
  throw new Error(`It was taken: ${JSON.stringify(patch)}`);
}

describe("a patch", () => {
  test("changes what it names and nothing else", () => {
    const before = structuredClone(DEFAULT_SETTINGS);
    const next = applyPatch(DEFAULT_SETTINGS, {
      endpoints: { chat: { baseUrl: "https://api.example.com/v1/", model: " m " } },
      maxSteps: 5,
      theme: "dark",
    });
    expect(next.endpoints.chat).toEqual({ baseUrl: "https://api.example.com/v1", model: "m" });
    expect(next.endpoints.image).toEqual({ baseUrl: "", model: "" });
    expect(next).toMatchObject({ maxSteps: 5, theme: "dark", systemPrompt: null });
    expect(DEFAULT_SETTINGS).toEqual(before);
    expect(applyPatch(next, { endpoints: { chat: { model: "n" } } }).endpoints.chat).toEqual({
      baseUrl: "https://api.example.com/v1",
      model: "n",
    });
    expect(applyPatch(next, {})).toEqual(next);
  });

  test("never puts a key into the settings", () => {
    const next = applyPatch(DEFAULT_SETTINGS, { endpoints: { chat: { apiKey: "sk-secret", model: "m" } } });
    expect(JSON.stringify(next)).not.toContain("sk-secret");
  });

  test("that connects a chat model ends the demo, unless it says otherwise", () => {
    const demo = applyPatch(DEFAULT_SETTINGS, { demo: true });
    expect(applyPatch(demo, { endpoints: { chat: { baseUrl: "http://localhost:1/v1" } } }).demo).toBe(false);
    expect(
      applyPatch(demo, { endpoints: { chat: { baseUrl: "http://localhost:1/v1" } }, demo: true }).demo,
    ).toBe(true);
    expect(applyPatch(demo, { endpoints: { image: { baseUrl: "http://localhost:1/v1" } } }).demo).toBe(true);
  });

  test.each([
    [{ maxSteps: 0 }, /maxSteps.*1 to 500/],
    [{ maxSteps: 501 }, /maxSteps/],
    [{ maxSteps: 1.5 }, /maxSteps/],
    [{ maxSteps: Number.NaN }, /maxSteps/],
    [{ maxSteps: "5" }, /maxSteps/],
    [{ theme: "blue" }, /theme.*system, light, dark/],
    [{ endpoints: { video: {} } }, /endpoints\.video.*chat, image/],
    [{ endpoints: { constructor: {} } }, /endpoints\.constructor/],
    [{ endpoints: JSON.parse('{"__proto__": {}}') as unknown }, /endpoints\.__proto__/],
    [{ endpoints: { chat: { key: "x" } } }, /endpoints\.chat\.key.*apiKey/],
    [{ endpoints: { chat: { baseUrl: "not a url" } } }, /not a url/],
    [{ endpoints: { chat: { baseUrl: "javascript:alert(1)" } } }, /https:\/\//],
    [{ endpoints: { chat: { baseUrl: "file:///etc/passwd" } } }, /https:\/\//],
    [{ endpoints: { chat: { baseUrl: "https://user:pass@host/v1" } } }, /key/],
  ])("%j is refused in words", (patch, words) => {
    expect(failure(patch)).toMatchObject({ code: "bad-arguments", message: expect.stringMatching(words) });
  });

  test.each([
    [{ demo: "yes" }],
    [{ systemPrompt: 5 }],
    [{ endpoints: { chat: null } }],
    [{ endpoints: { chat: { baseUrl: 5 } } }],
    [{ endpoints: { chat: { model: 5 } } }],
    [{ endpoints: { chat: { apiKey: 5 } } }],
    [{ maxStep: 5 }],
  ])("%j, of the wrong type or unknown, is refused in words", (patch) => {
    expect(failure(patch).code).toBe("bad-arguments");
  });
});

describe("a base URL", () => {
  test.each([
    ["", ""],
    ["   ", ""],
    ["https://api.openai.com/v1", "https://api.openai.com/v1"],
    [" https://api.openai.com/v1/// ", "https://api.openai.com/v1"],
    ["HTTPS://API.Example.COM/V1", "https://api.example.com/V1"],
    ["http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"],
    ["http://[::1]:1234", "http://[::1]:1234"],
    ["https://host/v1/chat/completions", "https://host/v1"],
    ["https://host/v1/chat/completions/", "https://host/v1"],
  ])("%j is kept as %j", (given, kept) => {
    expect(normalizeBaseUrl(given)).toBe(kept);
    expect(normalizeBaseUrl(kept)).toBe(kept);
  });
});
