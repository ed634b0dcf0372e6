import { fromErrorValue, OkcvmError, toErrorValue, type ErrorValue } from "./errors.ts";

/** What a MessagePort, a Worker and a Worker's own scope share. */
export interface PortLike {
  postMessage(message: unknown, transfer?: never[]): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
}

/** Functions by name that the other side may call. */
export type Methods = Record<string, (...args: never[]) => unknown>;

type Call = { type: "call"; id: number; method: string; args: unknown[] };
type Reply = { type: "reply"; id: number; value?: unknown; error?: ErrorValue };
type Notice = { type: "notice"; value: unknown };
type Wire = Call | Reply | Notice;

/** Answers calls that arrive on a port. Errors travel as plain values. */
export function serveCalls(port: PortLike, methods: Methods): { notify(value: unknown): void } {
  port.addEventListener("message", (event) => {
    const message = event.data as Wire;
    if (message?.type === "call") void answer(port, methods, message);
  });
  return { notify: (value) => port.postMessage({ type: "notice", value } satisfies Notice) };
}

async function answer(port: PortLike, methods: Methods, call: Call): Promise<void> {
  const reply: Reply = { type: "reply", id: call.id };
  try {
    const method = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
    if (!method) throw new OkcvmError("internal", `No method ${call.method}.`);
    reply.value = await method(...(call.args as never[]));
  } catch (error) {
    reply.error = toErrorValue(error);
  }
  try {
    port.postMessage(reply);
  } catch (error) {
    // A value that cannot be cloned must not leave the caller waiting.
    port.postMessage({ type: "reply", id: call.id, error: toErrorValue(error) } satisfies Reply);
  }
}

/** Calls the other side of a port. `close` rejects what is still open and all that comes after. */
export interface Caller {
  call<T>(method: string, ...args: unknown[]): Promise<T>;
  close(error: OkcvmError): void;
}

/** A caller on a port; `onNotice` gets what the other side sends unasked, in order with the replies. */
export function makeCaller(port: PortLike, onNotice: (value: unknown) => void = () => {}): Caller {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: OkcvmError): void }>();
  let nextId = 1;
  let closed: OkcvmError | null = null;
  port.addEventListener("message", (event) => {
    const message = event.data as Wire;
    if (message?.type === "notice") onNotice(message.value);
    if (message?.type !== "reply") return;
    const waiting = open.get(message.id);
    open.delete(message.id);
    if (message.error) waiting?.reject(fromErrorValue(message.error));
    else waiting?.resolve(message.value);
  });
  return {
    call<T>(method: string, ...args: unknown[]): Promise<T> {
      if (closed) return Promise.reject(closed);
      const id = nextId++;
      return new Promise<T>((resolve, reject) => {
        open.set(id, { resolve: (value) => resolve(value as T), reject });
        port.postMessage({ type: "call", id, method, args } satisfies Call);
      });
    },
    close(error) {
      closed = error;
      for (const waiting of open.values()) waiting.reject(error);
      open.clear();
    },
  };
}
