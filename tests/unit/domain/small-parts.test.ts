import { setImmediate } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import { toBase64 } from "../../../src/domain/base64.ts";
import { fromErrorValue, OkcvmError, throwIfAborted, toErrorValue } from "../../../src/domain/errors.ts";
import { contentTypeOf, mediaTypeOf } from "../../../src/domain/media-types.ts";
import { textOf } from "../../../src/domain/message.ts";
import { ModelError } from "../../../src/domain/model-error.ts";
import { TaskQueue } from "../../../src/domain/queue.ts";
import { makeCaller, serveCalls, type PortLike } from "../../../src/domain/rpc.ts";

describe("base64", () => {
  test("is what Node makes of the same bytes, at every length around a piece", () => {
    for (const length of [0, 1, 2, 3, 255, 32_767, 32_768, 32_769, 100_001]) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 131) & 255);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
    }
  });
});

describe("errors", () => {
  test("become plain values and come back", () => {
    const value = toErrorValue(new OkcvmError("not-read", "Read it first.", new Error("why")));
    expect(value).toEqual({ code: "not-read", message: "Read it first." });
    expect(fromErrorValue(value)).toMatchObject({
      name: "OkcvmError",
      code: "not-read",
      message: "Read it first.",
    });
    expect(
      toErrorValue(new ModelError("rate-limited", "Slow down.", { retryable: true, retryAfterMs: 1 })).code,
    ).toBe("rate-limited");
  });

  test("of the platform have their codes; what is unknown is internal and keeps its words", () => {
    expect(toErrorValue(new DOMException("x", "AbortError")).code).toBe("aborted");
    expect(toErrorValue(new DOMException("x", "QuotaExceededError"))).toMatchObject({
      code: "storage-full",
      message: expect.stringMatching(/delete/i),
    });
    expect(toErrorValue(new TypeError("odd"))).toEqual({ code: "internal", message: "odd" });
    expect(toErrorValue(new RangeError(""))).toEqual({ code: "internal", message: "RangeError" });
    for (const thrown of ["text", 5, null, undefined])
      expect(toErrorValue(thrown)).toEqual({ code: "internal", message: String(thrown) });
  });

  test("throwIfAborted throws only then", () => {
    const abort = new AbortController();
    throwIfAborted(undefined);
    throwIfAborted(abort.signal);
    abort.abort();
    expect(() => throwIfAborted(abort.signal)).toThrow(expect.objectContaining({ code: "aborted" }));
  });
});

describe("media types", () => {
  test("go by the extension, whatever its case", () => {
    expect(mediaTypeOf("a/b/Index.HTML")).toBe("text/html");
    expect(mediaTypeOf("photo.jpeg")).toBe("image/jpeg");
    for (const name of ["none", ".png", "x.constructor", "x.__proto__", "x.toString"])
      expect(mediaTypeOf(name)).toBe("application/octet-stream");
  });
  test("of text say UTF-8", () => {
    expect(contentTypeOf("a.js")).toBe("text/javascript; charset=utf-8");
    expect(contentTypeOf("a.json")).toBe("application/json; charset=utf-8");
    expect(contentTypeOf("a.png")).toBe("image/png");
  });
});

describe("textOf", () => {
  test("joins the text parts alone", () => {
    expect(
      textOf({
        parts: [
          { type: "text", text: "a" },
          { type: "reasoning", text: "no" },
          { type: "text", text: "b" },
        ],
      }),
    ).toBe("a\n\nb");
  });
});

describe("a task queue", () => {
  test("runs one at a time, in order, and goes on after a failure", async () => {
    const queue = new TaskQueue();
    const log: string[] = [];
    const task =
      (name: string, fail = false) =>
      async (): Promise<string> => {
        log.push(`${name} begins`);
        await setImmediate();
        log.push(`${name} ends`);
        if (fail) throw new Error(name);
        return name;
      };
    const results = await Promise.allSettled([
      queue.run(task("a")),
      queue.run(task("b", true)),
      queue.run(task("c")),
    ]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(log).toEqual(["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
    await queue.idle();
  });
});

describe("calls over a port", () => {
  function pair(): { here: PortLike; there: PortLike; close(): void } {
    const { port1, port2 } = new MessageChannel();
    port1.start();
    port2.start();
    const close = (): void => port1.close();
    return { here: port1 as unknown as PortLike, there: port2 as unknown as PortLike, close };
  }

  test("bring values, errors with their codes, and notices", async () => {
    const { here, there, close } = pair();
    const notices: unknown[] = [];
    const { notify } = serveCalls(there, {
      add: (a: number, b: number) => a + b,
      fail: () => {
        throw new OkcvmError("not-found", "No.");
      },
      odd: async () => {
        throw new TypeError("odd");
      },
    });
    const caller = makeCaller(here, (value) => notices.push(value));
    notify("first");
    expect(await caller.call("add", 2, 3)).toBe(5);
    expect(notices).toEqual(["first"]);
    await expect(caller.call("fail")).rejects.toMatchObject({ code: "not-found", message: "No." });
    await expect(caller.call("odd")).rejects.toMatchObject({ code: "internal" });
    for (const name of ["none", "constructor", "__proto__", "toString"])
      await expect(caller.call(name)).rejects.toMatchObject({ code: "internal" });
    close();
  });

  test("that are open when the port closes fail, and so do later ones", async () => {
    const { here, there, close } = pair();
    serveCalls(there, { hang: () => new Promise(() => {}) });
    const caller = makeCaller(here);
    const open = caller.call("hang");
    caller.close(new OkcvmError("engine-failed", "Gone."));
    await expect(open).rejects.toMatchObject({ code: "engine-failed" });
    await expect(caller.call("hang")).rejects.toMatchObject({ code: "engine-failed" });
    close();
  });

  test("messages that are not of the protocol are passed over", async () => {
    const { here, there, close } = pair();
    serveCalls(there, { ok: () => "ok" });
    const caller = makeCaller(here);
    for (const junk of [null, 5, "x", {}, { type: "reply", id: 99 }, { type: "reply" }]) {
      here.postMessage(junk);
      there.postMessage(junk);
    }
    expect(await caller.call("ok")).toBe("ok");
    close();
  });
});
