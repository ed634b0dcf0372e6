import { relayBody } from "./body-stream.ts";
import { causeCode, type Log } from "./log.ts";
import type { RequestEnv } from "./request-env.ts";

/** A reply's body on its way to the client. One that breaks off ends the client's connection; `cut` is the log's word for that. */
export function relayToClient(
  context: { env: RequestEnv["Bindings"]; req: { raw: Request } },
  body: ReadableStream<Uint8Array>,
  { log, cut }: { log: Log; cut: string },
): ReadableStream<Uint8Array> {
  const { outgoing, entry } = context.env;
  return relayBody(body, {
    signal: context.req.raw.signal,
    onCut(cause) {
      log.warn({ route: entry.route, code: causeCode(cause) }, cut);
      outgoing?.destroy();
      return outgoing !== undefined;
    },
  });
}
