import type { ServerResponse } from "node:http";
import type { HostMatch } from "./hosts.ts";

/** What a log line may say of the request. */
export interface RequestEntry {
  /** Routes fill it with names from their own tables, never with input. */
  route: string;
  /** The request's id; absent when a test calls a route without the app around it. */
  request?: string;
}

/** What a request brings along besides itself. */
export interface RequestEnv {
  Bindings: {
    /** Node's own request and response; absent when a test calls the app without a socket. */
    incoming?: { socket?: { remoteAddress?: string } };
    outgoing?: ServerResponse;
    host: HostMatch;
    entry: RequestEntry;
  };
  Variables: {
    /** Told how many bytes of an upstream's reply were passed on, where they count for somebody. */
    onBytes?: (count: number) => void;
  };
}
