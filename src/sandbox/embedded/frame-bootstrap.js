// Runs inside the opaque-origin engine frame. Its text is inlined, and its hash
// is what the app's Content-Security-Policy allows: it must stay free of imports.
// Every Worker is started here, because one started by a Worker that then blocks
// never starts. A Worker's code comes as text: this frame can load nothing.
"use strict";
(() => {
  const workers = new Map();
  const startTimeoutMs = 15000;

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
    worker.onmessage = () => {
      // The first message says that the code runs; the port goes in only then.
      alive = true;
      clearTimeout(timer);
      URL.revokeObjectURL(url);
      worker.onmessage = null;
      worker.postMessage(null, [workerPort]);
      port.postMessage({ type: "started", id: order.id });
    };
    worker.onerror = (event) => fail(event.message || "The engine's code could not be run.");
    workers.set(order.id, worker);
  }

  addEventListener(
    "message",
    (event) => {
      const port = event.ports[0];
      if (event.source !== parent || !port) return;
      port.onmessage = (message) => {
        const order = message.data;
        if (order.type === "kill") {
          workers.get(order.id)?.terminate();
          workers.delete(order.id);
          port.postMessage({ type: "killed", id: order.id });
          return;
        }
        // WebKit starts no Worker from a blob URL in an opaque origin, but does from a data URL.
        start(port, order, message.ports[0], [
          () => URL.createObjectURL(new Blob([order.code], { type: "text/javascript" })),
          () => "data:text/javascript;charset=utf-8," + encodeURIComponent(order.code),
        ]);
      };
      port.postMessage({ type: "ready" });
    },
    { once: true },
  );
  parent.postMessage("okcvm-frame", "*");
})();
