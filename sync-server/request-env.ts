import type { ServerResponse } from "node:http";
import type { HostMatch } from "./hosts.ts";

/** What a request brings along besides itself. */
export interface RequestEnv {
  Bindings: {
    /** Node's own response; absent when a test calls the app without a socket. */
    outgoing?: ServerResponse;
    host: HostMatch;
    /** What a log line may say of the request. Routes fill it with names from their own tables, never with input. */
    entry: { route: string };
  };
}
