import { serve, type ServerType } from "@hono/node-server";
import type { AddressInfo } from "node:net";
import { Hono } from "hono";

/** Routes of the server's on a port of this machine. */
export interface ListeningRoutes {
  port: number;
  stop(): Promise<void>;
}

/** Listens with routes below a path, as the app around them would call them. Port 0 is a free one. */
export async function listenRoutes(path: string, routes: object, port = 0): Promise<ListeningRoutes> {
  const app = new Hono<{ Bindings: { entry: { route: string } } }>();
  app.use(async (context, next) => {
    context.env = { ...context.env, entry: { route: "" } };
    await next();
  });
  app.route(path, routes as Hono<never>);
  const server = await new Promise<ServerType>((resolve) => {
    const made = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => resolve(made));
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}
