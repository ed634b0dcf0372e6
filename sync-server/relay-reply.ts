import type { Context } from "hono";
import { relayBody } from "./body-stream.ts";
import { causeCode, type Log } from "./log.ts";
import type { RequestEnv } from "./request-env.ts";

/** How a relayed reply is told of. */
export interface RelayTold {
  log: Log;
  /** The log's word for a body that breaks off. */
  cut: string;
  /** Told how many bytes each chunk has. */
  onBytes?: (count: number) => void;
}

/** Who hears how much is passed on, where that counts for somebody. */
export function countedBy(context: Context<RequestEnv>): Pick<RelayTold, "onBytes"> {
  const onBytes = context.get("onBytes");
  return onBytes ? { onBytes } : {};
}

/** A reply's body on its way to the client. One that breaks off ends the client's connection. */
export function relayToClient(
  context: { env: RequestEnv["Bindings"]; req: { raw: Request } },
  body: ReadableStream<Uint8Array>,
  { log, cut, onBytes }: RelayTold,
): ReadableStream<Uint8Array> {
  const { outgoing, entry } = context.env;
  return relayBody(body, {
    signal: context.req.raw.signal,
    ...(onBytes ? { onBytes } : {}),
    onCut(cause) {
      log.warn({ ...entry, code: causeCode(cause) }, cut);
      outgoing?.destroy();
      return outgoing !== undefined;
    },
  });
}
