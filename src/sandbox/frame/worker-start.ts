import type { WorkerStart } from "./frame.ts";

/** A Worker's side of its start in the frame: calls `serve` with the port to the page and what the frame gives along. */
export function onWorkerStart(serve: (port: MessagePort, start: WorkerStart) => void): void {
  const scope = self as unknown as {
    onmessage: ((event: MessageEvent) => void) | null;
    postMessage(value: unknown): void;
  };
  scope.onmessage = (event) => {
    const port = event.ports[0];
    if (!port) return;
    scope.onmessage = null;
    serve(port, event.data as WorkerStart);
  };
  // The frame waits for this: it tells a Worker whose code runs from one that cannot start.
  scope.postMessage("alive");
}
