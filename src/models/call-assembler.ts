import { newId } from "../domain/ids.ts";
import type { ModelEvent } from "../ports/chat-model.ts";
import { fieldsAt, isFields, textAt, type Fields } from "./chunk-fields.ts";

interface OpenCall {
  callId: string;
  /** The endpoint's id and index, as far as it sent them. */
  providerId: string;
  index: number | undefined;
  name: string;
  arguments: string;
  /** The `call` event went out; the name is settled. */
  announced: boolean;
}

interface Fragment {
  providerId: string;
  index: number | undefined;
  name: string;
  arguments: string;
}

/** Puts the fragments of tool calls together and tells them apart. */
export interface CallAssembler {
  /** One chunk's `tool_calls`. */
  push(rawCalls: unknown[]): ModelEvent[];
  /** The reply is over: announces calls that wait for more, and gives calls without arguments an empty object. */
  finish(): ModelEvent[];
  /** Number of calls so far. */
  readonly count: number;
}

/**
 * Endpoints disagree on what marks a new call: a new index, a new id, or only
 * a new name. A fragment belongs to the call with its id, else to the newest
 * call at its index, else to the newest call, unless what it brings shows that
 * it begins another. Ids in `taken` (of earlier calls) are not given twice.
 */
export function createCallAssembler(taken: ReadonlySet<string>): CallAssembler {
  const calls: OpenCall[] = [];
  const used = new Set(taken);

  function push(rawCalls: unknown[]): ModelEvent[] {
    const events: ModelEvent[] = [];
    const touched = new Set<OpenCall>();
    for (const raw of rawCalls) {
      if (!isFields(raw)) continue;
      const fragment = readFragment(raw);
      const call = findCall(calls, fragment, touched) ?? open(fragment, events);
      touched.add(call);
      events.push(...append(call, fragment));
    }
    return events;
  }

  function open(fragment: Fragment, events: ModelEvent[]): OpenCall {
    for (const earlier of calls) events.push(...announce(earlier));
    const callId = freeId(fragment.providerId, calls.length, used);
    used.add(callId);
    const { providerId, index } = fragment;
    const call: OpenCall = { callId, providerId, index, name: "", arguments: "", announced: false };
    calls.push(call);
    return call;
  }

  function finish(): ModelEvent[] {
    return calls.flatMap((call) => {
      const events = announce(call);
      if (call.arguments.trim() !== "") return events;
      // An empty string is not JSON, and endpoints refuse it when the call is sent back to them.
      call.arguments = "{}";
      return [...events, { type: "arguments", callId: call.callId, delta: "{}" }];
    });
  }

  return {
    push,
    finish,
    get count() {
      return calls.length;
    },
  };
}

function readFragment(raw: Fields): Fragment {
  const inner = fieldsAt(raw, "function");
  const given = inner["arguments"];
  const index = raw["index"];
  return {
    providerId: textAt(raw, "id"),
    index: typeof index === "number" ? index : undefined,
    name: textAt(inner, "name"),
    arguments: typeof given === "string" ? given : isFields(given) ? JSON.stringify(given) : "",
  };
}

function findCall(calls: OpenCall[], fragment: Fragment, touched: Set<OpenCall>): OpenCall | undefined {
  if (fragment.providerId !== "") {
    const same = calls.findLast(
      (call) => call.providerId === fragment.providerId && sameIndex(call, fragment),
    );
    if (same) return same;
  }
  const candidate = calls.findLast((call) => sameIndex(call, fragment));
  if (!candidate || beginsAnother(candidate, fragment)) return undefined;
  // Without id and index, two entries of one chunk are two calls.
  const unmarked = fragment.providerId === "" && fragment.index === undefined;
  if (unmarked && fragment.name !== "" && touched.has(candidate)) return undefined;
  if (candidate.providerId === "") candidate.providerId = fragment.providerId;
  return candidate;
}

function sameIndex(call: OpenCall, fragment: Fragment): boolean {
  return call.index === undefined || fragment.index === undefined || call.index === fragment.index;
}

/** Whether a fragment that could continue `call` by its index is the start of a new call. */
function beginsAnother(call: OpenCall, fragment: Fragment): boolean {
  if (fragment.providerId !== "" && call.providerId !== "") return true;
  if (fragment.name === "") return false;
  if (call.arguments === "") return false;
  const repeated = fragment.name === call.name;
  return !repeated || (fragment.arguments !== "" && isCompleteObject(call.arguments));
}

function append(call: OpenCall, fragment: Fragment): ModelEvent[] {
  if (!call.announced && fragment.name !== "") call.name = joinName(call.name, fragment.name);
  if (fragment.arguments === "") return [];
  const events = announce(call);
  call.arguments += fragment.arguments;
  return [...events, { type: "arguments", callId: call.callId, delta: fragment.arguments }];
}

/** Names come whole, in pieces, repeated, or growing. */
function joinName(known: string, piece: string): string {
  return piece.startsWith(known) ? piece : known + piece;
}

function announce(call: OpenCall): ModelEvent[] {
  if (call.announced) return [];
  call.announced = true;
  return [{ type: "call", callId: call.callId, name: call.name }];
}

function freeId(providerId: string, position: number, used: ReadonlySet<string>): string {
  if (providerId !== "" && !used.has(providerId)) return providerId;
  return `call_${position}_${newId().slice(0, 12)}`;
}

function isCompleteObject(text: string): boolean {
  try {
    return isFields(JSON.parse(text));
  } catch {
    return false;
  }
}
