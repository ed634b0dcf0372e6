import type { IncomingMessage, ServerResponse } from "node:http";
import { APP, makeApp, serveOn127 } from "./fixture.ts";

export const SERVER_KEY = "sk-canary-of-the-server";

/** A request as the provider got it. */
interface Received {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

const answerOk: Behaviour = (_, response) =>
  void response.writeHead(200, { "content-type": "application/json" }).end('{"ok":1}');

/** A real provider on this machine whose answers a test sets, and an app that forwards to it. */
export async function startProvider() {
  const received: Received[] = [];
  let behave = answerOk;
  const upstream = await serveOn127(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      return; // The caller went away, which the tests see by the response's close.
    }
    const { method = "", url = "", headers } = request;
    received.push({ method, url, headers, body: Buffer.concat(chunks) });
    behave(request, response);
  });
  const gone = await serveOn127(() => undefined);
  await gone.stop();

  /** A new app; the provider answers 200 again and has received nothing. `dead` names an address that refuses. */
  function setUp(environment: Record<string, string> = {}) {
    received.length = 0;
    behave = answerOk;
    const providers = `openai=${upstream.url}/v1 openrouter=${upstream.url}/api/v1 dead=${gone.url}/v1`;
    const made = makeApp({ OKCVM_MODEL_PROVIDERS: providers, ...environment });
    const post = async (
      path: string,
      headers: Record<string, string> = {},
      body: BodyInit = '{"model":"m"}',
    ) =>
      made.app.request(`${APP}/v1/model/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body,
      });
    return { ...made, post };
  }

  return {
    url: upstream.url,
    received,
    setUp,
    stop: upstream.stop,
    answerWith: (next: Behaviour) => (behave = next),
  };
}
