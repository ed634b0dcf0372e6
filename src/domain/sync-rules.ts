import { MAX_SKEW_MS, millisecondsOf } from "./clock-stamp.ts";
import type { ItemClass, OpStatus, PushOp } from "./sync-protocol.ts";

/** What is known of an item that is there. */
export interface Known {
  class: ItemClass;
  stamp: string;
  device: string;
  seq: number;
  /** True when it was removed. */
  removed: boolean;
  /** Whether it holds what the change does; asked only of one with the change's stamp and device. */
  holds(body: string | null): boolean;
}

/** What becomes of a change: the one place that says who wins, for server and client. `now` is the server's clock in milliseconds. */
export function judge(op: PushOp, device: string, known: Known | undefined, now: number): OpStatus {
  if (millisecondsOf(op.stamp) > now + MAX_SKEW_MS) return "skew";
  if (!known) return op.class === "cas" && (op.expect ?? null) !== null ? "conflict" : "new";
  if (known.class !== op.class) return "conflict";
  // The change itself, sent again. Two programs with one device's token may give one stamp to two changes.
  if (known.stamp === op.stamp && known.device === device && known.holds(op.body)) return "dup";
  if (op.class === "add") return judgeAdd(op, known);
  if (op.class === "cas") return (op.expect ?? null) === known.seq ? "new" : "conflict";
  return isNewer(op.stamp, device, known) ? "new" : "stale";
}

/** What was added is never changed, only removed. */
function judgeAdd(op: PushOp, known: Known): OpStatus {
  if (known.removed) return op.body === null ? "dup" : "gone";
  return op.body === null ? "new" : "dup";
}

function isNewer(stamp: string, device: string, known: Known): boolean {
  return stamp === known.stamp ? device > known.device : stamp > known.stamp;
}
