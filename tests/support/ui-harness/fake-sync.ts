import { OkcvmError } from "../../../src/domain/errors.ts";
import type { AccountDevice, SyncStatus } from "../../../src/domain/sync-status.ts";
import { MemorySync } from "../ports/memory-sync.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ALL = ["sync", "git:read", "git:write", "proxy", "deploy", "admin"];

const STATUS: Record<string, SyncStatus> = {
  account: { state: "synced", pending: 0, syncedAt: Date.now() - 20_000 },
  "account-deletion": { state: "synced", pending: 0, syncedAt: Date.now() - 20_000 },
  "devices-failed": { state: "synced", pending: 0, syncedAt: Date.now() - 20_000 },
  "account-syncing": { state: "syncing", pending: 12, syncedAt: null },
  "account-offline": { state: "offline", pending: 3, syncedAt: Date.now() - 9 * MINUTE },
  "account-error": {
    state: "error",
    pending: 2,
    syncedAt: null,
    error: {
      code: "storage-full",
      message:
        "“How tides work” has no room left on the server. The history counts too, so deleting files does not help: download the files as a ZIP and go on in a new conversation, or ask the server's operator for more room.",
    },
  },
  "signed-out": {
    state: "error",
    pending: 1,
    syncedAt: null,
    error: {
      code: "unauthorized",
      message:
        "This browser is not signed in to its account any more: it was signed out, here or from another device, or the account was deleted. Everything is still here. To go on, sign in again, or leave the account.",
    },
  },
  incomplete: { state: "syncing", pending: 0, syncedAt: null },
  "incomplete-offline": { state: "offline", pending: 0, syncedAt: null },
};

/** Sync as a scene of the harness has it. */
export function fakeSync(scene: string): MemorySync {
  const sync = new MemorySync();
  sync.server = location.origin;
  const status = STATUS[scene];
  if (!status) return sync;
  sync.shown = status;
  sync.current = {
    id: "a".repeat(32),
    server: location.origin,
    deviceId: "d0",
    deviceName: "Chrome on Linux",
    since: Date.now() - 26 * DAY,
  };
  sync.all = [
    device("d0", "Chrome on Linux", { current: true }),
    device("d1", "Safari on iPhone", { seenAt: Date.now() - 40 * MINUTE }),
    device("d2", "The backup script on the machine in the cellar, with a name that does not fit", {
      seenAt: Date.now() - 3 * DAY,
      scopes: ["sync", "git:read"],
    }),
    device("d3", "書斎のブラウザ", { seenAt: Date.now() - 90 * DAY }),
  ];
  if (scene === "account-deletion") sync.deleteAt = Date.now() + 7 * DAY;
  if (scene === "devices-failed") sync.problem = new OkcvmError("server-error", "The server has a fault.");
  if (scene.endsWith("offline"))
    sync.problem = new OkcvmError("unreachable", "The server cannot be reached.");
  return sync;
}

function device(id: string, name: string, about: Partial<AccountDevice> = {}): AccountDevice {
  return {
    id,
    name,
    scopes: ALL,
    createdAt: Date.now() - 90 * DAY,
    seenAt: Date.now(),
    current: false,
    ...about,
  };
}
