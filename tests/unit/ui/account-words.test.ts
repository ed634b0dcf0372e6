import { describe, expect, it } from "vitest";

import type { AccountDevice, SyncStatus } from "../../../src/domain/sync-status.ts";
import {
  countdownWords,
  isLink,
  isOfThisMachine,
  linkEnd,
  scopeWords,
  seenWords,
  statusWords,
} from "../../../src/ui/account/account-words.ts";
import { guessDeviceName } from "../../../src/ui/account/device-name.ts";
import { qrPath } from "../../../src/ui/account/qr-path.ts";
import { syncHint, syncWords } from "../../../src/ui/account/sync-words.ts";
import { formatClock } from "../../../src/ui/format/time.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 30, 12);

describe("a browser's name", () => {
  const agents: [string, string][] = [
    ["Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
      "Safari on macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
      "Safari on iPhone",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1",
      "Chrome on iPhone",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36",
      "Samsung Internet on Android",
    ],
    [
      "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
      "Chrome on ChromeOS",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15", "Safari on Linux"],
    ["something else", "This browser"],
    ["", "This browser"],
  ];
  for (const [userAgent, name] of agents)
    it(`is ${name} for ${userAgent.slice(0, 60) || "nothing"}`, () => {
      expect(guessDeviceName({ userAgent })).toBe(name);
    });

  it("goes by the brands where there are any", () => {
    const userAgent =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
    const named = (brands: string[], platform: string): string =>
      guessDeviceName({ userAgent, platform, brands: brands.map((brand) => ({ brand })) });
    expect(named(["Google Chrome", "Chromium", "Not_A Brand"], "Linux")).toBe("Chrome on Linux");
    expect(named(["Not_A Brand", "Chromium", "Microsoft Edge"], "Windows")).toBe("Edge on Windows");
    expect(named(["Brave", "Chromium"], "macOS")).toBe("Brave on macOS");
    expect(named(["Chromium", "HeadlessChrome"], "Chrome OS")).toBe("Chrome on ChromeOS");
    expect(named([], "")).toBe("Chrome on Linux");
  });

  it("knows an iPad that says it is a Mac", () => {
    const userAgent =
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15";
    expect(guessDeviceName({ userAgent, touches: 5 })).toBe("Safari on iPad");
  });
});

describe("a sign-in link", () => {
  it("says how long it is good for, and that another is made then", () => {
    const words = (left: number): string => countdownWords(NOW + left, NOW);
    expect(words(5 * MINUTE)).toBe("Works once, for 5:00");
    expect(words(4 * MINUTE + 7_400)).toBe("Works once, for 4:08");
    expect(words(9 * SECOND)).toBe("Works once, for 0:09");
    expect(words(1)).toBe("Works once, for 0:01");
    expect(words(0)).toBe("Making another link…");
    expect(words(-MINUTE)).toBe("Making another link…");
  });

  it("ends by this browser's clock, also when that is off", () => {
    expect(linkEnd(NOW + 4 * MINUTE, NOW) - NOW).toBe(4 * MINUTE);
    // An hour behind, an hour ahead: neither a countdown of an hour, nor one link after another.
    expect(linkEnd(NOW + HOUR, NOW) - NOW).toBe(5 * MINUTE);
    expect(linkEnd(NOW - HOUR, NOW) - NOW).toBe(MINUTE);
  });

  it("is told from a secret", () => {
    expect(isLink("https://example.com/#/pair/00")).toBe(true);
    expect(isLink("example.com/#/pair/00")).toBe(true);
    expect(isLink("ABC123-ABC123-ABC123-ABC123-ABC123-ABC123")).toBe(false);
    expect(isLink("abc123 abc123")).toBe(false);
  });

  it("is of this machine alone where the server is", () => {
    for (const host of ["okcvm.localhost", "localhost", "127.0.0.1", "[::1]"])
      expect(isOfThisMachine(host), host).toBe(true);
    for (const host of ["okcvm.example", "notlocalhost", "192.168.1.2", "localhost.example"])
      expect(isOfThisMachine(host), host).toBe(false);
  });

  it("is drawn as one rectangle for each run of dark modules", () => {
    expect(
      qrPath([
        [true, true, false, true],
        [false, false, false, false],
        [false, true, true, true],
      ]),
    ).toBe("M0 0h2v1h-2zM3 0h1v1h-1zM1 2h3v1h-3z");
  });
});

describe("how sync stands", () => {
  const status = (about: Partial<SyncStatus>): SyncStatus => ({
    state: "synced",
    pending: 0,
    syncedAt: null,
    ...about,
  });
  const full = { code: "storage-full", message: "The account has no room left." } as const;

  it("is told in the sidebar in a few words", () => {
    expect(syncWords(status({ state: "off" }))).toBe("");
    expect(syncWords(status({}))).toBe("Synced");
    expect(syncWords(status({ state: "syncing" }))).toBe("Syncing…");
    expect(syncWords(status({ state: "syncing", pending: 3 }))).toBe("Syncing… 3 waiting");
    expect(syncWords(status({ state: "offline" }))).toBe("Offline");
    expect(syncWords(status({ state: "offline", pending: 1 }))).toBe("Offline, 1 waiting");
    expect(syncWords(status({ state: "error", error: full }))).toBe("Not synced");
    expect(syncHint(status({ state: "error", error: full }))).toBe(full.message);
    expect(syncHint(status({ syncedAt: NOW }))).toContain("2026");
    expect(syncHint(status({ state: "syncing" }))).toBe("Open the account");
  });

  it("is told in the settings with what waits and why", () => {
    expect(statusWords(status({ syncedAt: NOW }))).toEqual({
      line: `Synced at ${formatClock(NOW)}`,
      more: "",
    });
    expect(statusWords(status({ state: "syncing", pending: 2 }))).toEqual({
      line: "Syncing…",
      more: "2 changes not sent yet.",
    });
    expect(statusWords(status({ state: "offline", pending: 1 })).more).toBe(
      "1 change waits here and goes out later.",
    );
    expect(statusWords(status({ state: "offline" })).more).toBe("Everything is kept here.");
    expect(statusWords(status({ state: "error", pending: 1, error: full })).more).toBe(
      "The account has no room left. 1 change not sent yet.",
    );
  });
});

describe("a device", () => {
  const device = (about: Partial<AccountDevice>): AccountDevice => ({
    id: "d",
    name: "n",
    scopes: [],
    createdAt: 0,
    seenAt: NOW,
    current: false,
    ...about,
  });

  it("says when it was seen", () => {
    expect(seenWords(device({}), NOW)).toBe("Active now");
    expect(seenWords(device({ seenAt: 0, current: true }), NOW)).toBe("Active now");
    expect(seenWords(device({ seenAt: NOW - 5 * MINUTE }), NOW)).toBe("Seen 5 min ago");
    expect(seenWords(device({ seenAt: NOW - 3 * HOUR }), NOW)).toBe("Seen 3 h ago");
    expect(seenWords(device({ seenAt: NOW - 48 * HOUR }), NOW)).toMatch(/^Seen \w+day$/);
    // What the list said when the server was last reached may not be so any more.
    expect(seenWords(device({ current: true }), NOW, true)).toMatch(/^Last seen \d\d:\d\d$/);
    expect(seenWords(device({ seenAt: NOW - 48 * HOUR }), NOW, true)).toMatch(/^Last seen .*\d\d:\d\d$/);
  });

  it("names what it may do only where that is not everything", () => {
    const all = ["sync", "git:read", "git:write", "proxy", "deploy", "admin"];
    expect(scopeWords(all)).toBeNull();
    expect(scopeWords([...all, "something-new"])).toBeNull();
    expect(scopeWords(["sync", "git:read"])).toBe("May only sync, clone with Git");
    expect(scopeWords(["something-new"])).toBe("May only something-new");
    expect(scopeWords([])).toBe("May do nothing");
  });
});
