import { OkcvmError } from "../domain/errors.ts";
import { makeCaller, type PortLike } from "../domain/rpc.ts";
import { BRIDGE_PAGE } from "./site-names.ts";

const CONNECT_TIMEOUT_MS = 10_000;

/** An open bridge to a site origin. */
export interface SiteBridge {
  /** The id of the site the origin holds whole; null for none. */
  held(): Promise<string | null>;
  put(path: string, contentType: string, body: Uint8Array<ArrayBuffer>): Promise<void>;
  finish(id: string): Promise<void>;
  close(): void;
}

/** Opens a hidden frame of a site origin and waits for its worker. Errors: `unreachable`. */
export async function connectSite(origin: string): Promise<SiteBridge> {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.title = "Site";
  frame.src = `${origin}${BRIDGE_PAGE}`;
  try {
    await ready(frame, origin);
  } catch (error) {
    frame.remove();
    throw error;
  }
  const channel = new MessageChannel();
  const caller = makeCaller(channel.port1 as unknown as PortLike);
  channel.port1.start();
  frame.contentWindow?.postMessage(null, origin, [channel.port2]);
  return {
    held: () => caller.call("held"),
    put: (path, contentType, body) => caller.call("put", path, contentType, body),
    finish: (id) => caller.call("finish", id),
    close() {
      caller.close(new OkcvmError("aborted", "The site's frame was closed."));
      channel.port1.close();
      frame.remove();
    },
  };
}

function ready(frame: HTMLIFrameElement, origin: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(new Error("no answer")), CONNECT_TIMEOUT_MS);
    function settle(error: Error | null): void {
      clearTimeout(timer);
      removeEventListener("message", onMessage);
      if (!error) return resolve();
      reject(
        new OkcvmError(
          "unreachable",
          `The site's own address (${origin}) could not be opened: ${error.message}. Is the server running?`,
          error,
        ),
      );
    }
    function onMessage(event: MessageEvent): void {
      if (event.source !== frame.contentWindow || event.origin !== origin) return;
      if (event.data === "okcvm-site-ready") settle(null);
      else settle(new Error(String((event.data as { message?: unknown })?.message ?? "unknown reason")));
    }
    addEventListener("message", onMessage);
    document.body.append(frame);
  });
}
