import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

/** Ends a server without cutting replies short. */
export interface Drain {
  /**
   * Stops accepting, lets running replies end, and cuts what is left after
   * `limitMs`. Resolves to true when every reply had ended by itself.
   */
  (limitMs: number): Promise<boolean>;
}

/**
 * Counts the replies of each connection from now on. Node's own `close` is not
 * used: it destroys a connection whose reply is handed over but not yet sent,
 * which cuts a large file short for a slow client.
 */
export function trackReplies(server: Server): Drain {
  const running = new Map<Socket, number>();
  let draining = false;
  server.on("connection", (socket) => {
    running.set(socket, 0);
    socket.once("close", () => running.delete(socket));
  });
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    running.set(socket, (running.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const left = (running.get(socket) ?? 1) - 1;
      if (running.has(socket)) running.set(socket, left);
      if (draining && left === 0) socket.destroySoon();
    });
  });

  return async (limitMs) => {
    draining = true;
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    for (const [socket, count] of running) if (count === 0) socket.destroy();
    let whole = true;
    const timer = setTimeout(() => {
      whole = false;
      for (const socket of running.keys()) socket.destroy();
    }, limitMs);
    await closed;
    clearTimeout(timer);
    return whole;
  };
}
