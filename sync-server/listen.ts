import { createServer, type RequestListener, type Server } from "node:http";
import { ConfigError } from "./config-error.ts";
import { trackReplies, type Drain } from "./drain.ts";

/** Where the server listens: one port, on one or more addresses of this machine. */
export interface Listening {
  port: number;
  /** Ends all of them; see Drain. */
  drain: Drain;
}

const LOOPBACK = ["127.0.0.1", "::1"];
const FREE_PORT_TRIES = 10;
/** Codes that say an address family is not there, not that something is wrong. */
const NO_SUCH_ADDRESS = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

/**
 * Listens on `host`, or with null on every loopback address the machine has:
 * browsers try both for localhost. Errors: ConfigError with exit code 1.
 */
export async function listen(
  port: number,
  host: string | null,
  listener: RequestListener,
): Promise<Listening> {
  const hosts = host === null ? LOOPBACK : [host];
  for (let tries = port === 0 ? FREE_PORT_TRIES : 1; ; tries -= 1) {
    try {
      return await listenOnAll(port, hosts, listener);
    } catch (error) {
      // A port that is free on one loopback address may be taken on the other.
      if (tries <= 1 || codeOf(error) !== "EADDRINUSE") throw explain(error, port, host);
    }
  }
}

async function listenOnAll(wanted: number, hosts: string[], listener: RequestListener): Promise<Listening> {
  const servers: Server[] = [];
  let port = wanted;
  try {
    for (const host of hosts) {
      const server = await listenOn(port, host, listener, hosts.length > 1);
      if (!server) continue;
      servers.push(server);
      port = portOf(server);
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  if (servers.length === 0)
    throw new ConfigError("This machine has no loopback address: set HOST to one it has.", 1);
  const drains = servers.map(trackReplies);
  return {
    port,
    drain: async (limitMs) => (await Promise.all(drains.map((drain) => drain(limitMs)))).every(Boolean),
  };
}

const HEADERS_MS = 60_000;

/** null when the machine does not have the address and `optional` is set. */
function listenOn(
  port: number,
  host: string,
  listener: RequestListener,
  optional: boolean,
): Promise<Server | null> {
  // A large push takes longer than Node's five minutes; what may be sent is bounded by size, and headers by time.
  const server = createServer({ requestTimeout: 0, headersTimeout: HEADERS_MS }, listener);
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      if (optional && NO_SUCH_ADDRESS.has(codeOf(error))) resolve(null);
      else reject(error);
    });
    server.listen({ port, host }, () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("A listening server has no port.");
  return address.port;
}

function explain(error: unknown, port: number, host: string | null): unknown {
  const where = JSON.stringify(host ?? "localhost");
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return new ConfigError(
        `PORT is ${port}, but another program listens there: stop it, or set PORT to another.`,
        1,
      );
    case "EACCES":
      return new ConfigError(
        `PORT is ${port}, but this user may not listen there: set PORT to 1024 or more.`,
        1,
      );
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new ConfigError(
        `HOST is ${where}, but this machine has no such address: set HOST to one it has.`,
        1,
      );
    default:
      return error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
