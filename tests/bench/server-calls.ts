import { createHash, randomBytes } from "node:crypto";
import { Agent, request } from "node:http";

import { stampAt } from "../../src/domain/clock-stamp.ts";
import type { PushOp } from "../../src/domain/sync-protocol.ts";
import type { AppServer } from "../support/e2e/app-server.ts";

/** Connections of a bench that pushes and pulls. */
export const CONNECTIONS = 16;

/** A space and a token that may write it. */
export interface Space {
  id: string;
  token: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/** One call over a kept connection. Errors: any status but 2xx. */
export function send(app: AppServer, path: string, token = "", body?: unknown): Promise<string> {
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: app.port,
        path,
        agent,
        method: body === undefined ? "GET" : "POST",
        headers: {
          host: `localhost:${app.port}`,
          authorization: `Bearer ${token}`,
          ...(body === undefined
            ? {}
            : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
        },
      },
      (reply) => {
        let answer = "";
        reply.setEncoding("utf8");
        reply.on("data", (chunk: string) => (answer += chunk));
        reply.on("end", () => {
          const status = reply.statusCode ?? 0;
          if (status >= 200 && status < 300) resolve(answer);
          else reject(new Error(`${path}: ${status} ${answer}`));
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(text);
  });
}

/** A new account's home space. */
export async function newSpace(app: AppServer): Promise<Space> {
  const authKey = randomBytes(32).toString("base64url");
  const authHash = createHash("sha256").update(authKey).digest("hex");
  const made = JSON.parse(await send(app, "/v1/accounts", "", { authHash, name: "bench" })) as {
    token: string;
    homeSpace: string;
  };
  return { id: made.homeSpace, token: made.token };
}

let count = 0;

/** Pushes new small messages. Errors: one was not taken. */
export async function push(app: AppServer, space: Space, size: number): Promise<void> {
  const ops: PushOp[] = Array.from({ length: size }, () => {
    count += 1;
    return {
      id: `message-${count}`,
      class: "add",
      stamp: stampAt(Date.now()),
      body: JSON.stringify({
        role: "user",
        parts: [{ type: "text", text: `A message of usual length, ${count}.` }],
      }),
    };
  });
  const { results } = JSON.parse(await send(app, `/v1/spaces/${space.id}/push`, space.token, { ops })) as {
    results: { status: string }[];
  };
  if (results.length !== size || results.some(({ status }) => status !== "new"))
    throw new Error("A push was not taken whole.");
}
