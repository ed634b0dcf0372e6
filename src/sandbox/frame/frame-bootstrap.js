// Runs inside the opaque-origin engine frame. Its text is inlined, and its hash
// is what the app's Content-Security-Policy allows: it must stay free of imports.
// Every Worker is started here, because one started by a Worker that then blocks
// never starts. A Worker's code comes as text: this frame can load nothing.
"use strict";
(() => {
  const workers = new Map();
  const startTimeoutMs = 15000;
  // Large values that Workers are given again and again; they come in once.
  const kept = new Map();

  // What each Worker would copy or compile again is made so that it need not:
  // WebAssembly is compiled, other bytes are shared. None of them writes to these.
  async function prepare(value) {
    const ready = { ...value };
    for (const [name, bytes] of Object.entries(value)) {
      if (!(bytes instanceof ArrayBuffer)) continue;
      const view = new Uint8Array(bytes);
      if (view[0] === 0 && view[1] === 0x61 && view[2] === 0x73 && view[3] === 0x6d)
        ready[name] = await WebAssembly.compile(bytes);
      else if (typeof SharedArrayBuffer === "function") {
        ready[name] = new SharedArrayBuffer(view.length);
        new Uint8Array(ready[name]).set(view);
      }
    }
    return ready;
  }

  // The memory of a Worker that waits for answers without going back to its event
  // loop (see sync-line.ts). It is made here: one of the page's cannot come in.
  const head = 32;
  const space = 4 * 1024 * 1024;
  const makeLine = () => ({
    answers: new SharedArrayBuffer(head + space),
    interrupt: new SharedArrayBuffer(4),
  });

  function answer(line, order) {
    const words = new Int32Array(line.answers, 0, head / 4);
    const room = new Uint8Array(line.answers, head);
    let at = 0;
    function give() {
      // The Worker has given up on this question.
      if (Atomics.load(words, 0) !== order.question) return;
      const part = order.bytes.subarray(at, at + space);
      room.set(part);
      at += part.length;
      words[2] = part.length;
      words[3] = at < order.bytes.length ? 0 : 1;
      words[4] = order.question;
      Atomics.store(words, 1, 1);
      Atomics.notify(words, 1);
      if (at < order.bytes.length) whenTaken();
    }
    function whenTaken() {
      if (Atomics.load(words, 0) !== order.question) return;
      if (Atomics.load(words, 1) === 0) give();
      else if (Atomics.waitAsync) {
        const taken = Atomics.waitAsync(words, 1, 1, 1000);
        if (taken.async) void taken.value.then(whenTaken);
        else whenTaken();
      } else setTimeout(whenTaken, 1);
    }
    give();
  }

  function start(port, order, workerPort, urls) {
    const url = urls.shift()();
    let alive = false;
    let worker;
    const timer = setTimeout(() => fail("The engine did not start in time."), startTimeoutMs);
    function fail(reason) {
      clearTimeout(timer);
      worker?.terminate();
      workers.delete(order.id);
      if (!alive && urls.length > 0) start(port, order, workerPort, urls);
      else port.postMessage({ type: "failed", id: order.id, reason });
    }
    try {
      worker = new Worker(url);
    } catch (error) {
      fail(String(error));
      return;
    }
    const line = order.line && typeof SharedArrayBuffer === "function" ? makeLine() : null;
    worker.onmessage = () => {
      // The first message says that the code runs; the port goes in only then.
      alive = true;
      clearTimeout(timer);
      URL.revokeObjectURL(url);
      worker.onmessage = null;
      Promise.resolve(kept.get(order.kept)).then(
        (value) => {
          worker.postMessage({ line, kept: value }, [workerPort]);
          port.postMessage({ type: "started", id: order.id });
        },
        (error) => fail(String(error)),
      );
    };
    worker.onerror = (event) => fail(event.message || "The engine's code could not be run.");
    workers.set(order.id, { terminate: () => worker.terminate(), line });
  }

  function obey(port, message) {
    const order = message.data;
    const known = workers.get(order.id);
    if (order.type === "kill") {
      known?.terminate();
      workers.delete(order.id);
      port.postMessage({ type: "killed", id: order.id });
    } else if (order.type === "answer") {
      if (known?.line) answer(known.line, order);
    } else if (order.type === "interrupt") {
      if (known?.line) Atomics.store(new Uint8Array(known.line.interrupt), 0, 2);
    } else if (order.type === "keep") {
      const prepared = prepare(order.value);
      prepared.catch(() => {});
      kept.set(order.name, prepared);
    } else {
      // WebKit starts no Worker from a blob URL in an opaque origin, but does from a data URL.
      start(port, order, message.ports[0], [
        () => URL.createObjectURL(new Blob([order.code], { type: "text/javascript" })),
        () => "data:text/javascript;charset=utf-8," + encodeURIComponent(order.code),
      ]);
    }
  }

  addEventListener(
    "message",
    (event) => {
      const port = event.ports[0];
      if (event.source !== parent || !port) return;
      port.onmessage = (message) => obey(port, message);
      port.postMessage({ type: "ready" });
    },
    { once: true },
  );
  parent.postMessage("okcvm-frame", "*");
})();
