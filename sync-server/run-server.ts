import { getRequestListener } from "@hono/node-server";
import { createApp } from "./app.ts";
import { loadAssets } from "./assets.ts";
import { isLoopback, readConfig, resolveConfig } from "./config.ts";
import { openConfigured } from "./open-configured.ts";
import { keepPurging } from "./keep-purging.ts";
import { listen } from "./listen.ts";
import { createLog } from "./log.ts";

/** A server that answers. */
export interface RunningServer {
  /** Where people open the app. */
  origin: string;
  /** Stops accepting, lets replies end for at most `limitMs`, then ends. */
  stop(limitMs: number): Promise<void>;
}

/**
 * Starts the server from environment variables and a build folder.
 * Errors: ConfigError, whose message is for the operator.
 */
export async function runServer(
  variables: Readonly<Record<string, string | undefined>>,
  dist: string,
): Promise<RunningServer> {
  const start = readConfig(variables);
  const assets = loadAssets(dist);
  const log = createLog(start.logLevel);
  const sync = start.sync && { database: await openConfigured(start.sync.database), limits: start.sync };

  // The app needs to know the port, which is known only after listening began. Requests of that moment wait for it.
  let open: (app: ReturnType<typeof createApp>) => void = () => undefined;
  const app = new Promise<ReturnType<typeof createApp>>((resolve) => (open = resolve));
  const listener = getRequestListener(async (request, env) => (await app).fetch(request, env));
  const { port, drain } = await listen(
    start.port,
    start.host,
    (request, response) => void listener(request, response),
  );
  const config = resolveConfig(start, port);
  const stopping = new AbortController();
  open(createApp({ config, assets, log, fetch, sync, stopping: stopping.signal }));

  if (config.publicUrl.protocol === "http:" && !isLoopback(config.publicUrl.hostname)) {
    log.warn(
      "OKCVM_PUBLIC_URL is plain http to another machine: browsers turn off what the app needs there; use https",
    );
  }
  const purging = sync && keepPurging(sync.database, log);
  log.info({ port, providers: config.providers.size }, "listening");
  return {
    origin: config.publicUrl.origin,
    async stop(limitMs) {
      log.info("stopping: no new requests, waiting for running replies");
      const drained = drain(limitMs);
      // Only now: whoever is sent away by it must not come back here.
      stopping.abort();
      const whole = await drained;
      if (!whole) log.warn({ limitMs }, "some replies had not ended in time and were cut");
      await purging?.stop();
      await sync?.database.close();
      log.info("stopped");
    },
  };
}
