import { createServer, get, type IncomingMessage, type RequestListener } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { trackReplies } from "../../../sync-server/drain.ts";
import { gate } from "./fixture.ts";

async function serve(listener: RequestListener) {
  const server = createServer(listener);
  const drain = trackReplies(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, drain };
}

function open(port: number): Promise<IncomingMessage> {
  return new Promise((done, fail) => get({ host: "127.0.0.1", port }, done).on("error", fail));
}

describe("a drain", () => {
  it("ends at once when nothing runs, connections that are kept alive included", async () => {
    const { port, drain } = await serve((_, response) => void response.end("done"));
    const socket = connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    await new Promise((done) => socket.once("data", done));
    const closed = new Promise((done) => socket.once("close", done));
    expect(await drain(60_000)).toBe(true);
    await closed;
  });

  it("ends with the last reply, and does not wait for its connection to time out", async () => {
    const finish = gate();
    const { port, drain } = await serve(async (_, response) => {
      response.write("a");
      await finish.opened;
      response.end("b");
    });
    const reply = await open(port);
    const drained = drain(60_000);
    await expect(open(port)).rejects.toThrow(/ECONNREFUSED/);
    finish.open();
    let text = "";
    for await (const chunk of reply) text += String(chunk);
    expect(text).toBe("ab");
    expect(await drained).toBe(true);
  });

  it("cuts what does not end within the limit, and says so", async () => {
    const { port, drain } = await serve((_, response) => void response.write("for ever"));
    const reply = await open(port);
    const cut = new Promise<Error>((done) => reply.once("error", done));
    reply.resume();
    expect(await drain(50)).toBe(false);
    expect((await cut).message).toBe("aborted");
    expect(reply.complete).toBe(false);
  });
});
