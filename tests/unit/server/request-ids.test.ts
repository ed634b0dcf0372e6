import { describe, expect, it } from "vitest";
import { APP, makeApp } from "./fixture.ts";

const PROXY = "203.0.113.9";
const CANARY = "canary-77";

function setUp(fetch?: typeof globalThis.fetch) {
  const { app, logged } = makeApp({ OKCVM_PROXIES: PROXY }, fetch);
  const ask = async (path: string, given?: string, from = "192.0.2.1") => {
    const headers: Record<string, string> = given === undefined ? {} : { "x-request-id": given };
    const reply = await app.request(
      new URL(path, APP).href,
      { headers },
      { incoming: { socket: { remoteAddress: from } } },
    );
    return { reply, id: reply.headers.get("x-request-id") ?? "" };
  };
  const lines = () =>
    logged()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { request?: string; msg: string });
  return { ask, lines, logged };
}

describe("a request's id", () => {
  it("is new for each, is answered, and is in its line of the log", async () => {
    const { ask, lines } = setUp();
    const ids = new Set<string>();
    for (const path of [
      "/healthz",
      "/",
      "/no-such.txt",
      "/v1/none",
      "/v1/model/none/x",
      "/v1/git/x",
      "/py/pkgs/",
    ]) {
      const { id } = await ask(path);
      expect(id, path).toMatch(/^[0-9a-f-]{36}$/);
      ids.add(id);
    }
    expect(ids.size).toBe(7);
    expect(lines().map(({ request }) => request)).toEqual([...ids]);
  });

  it("is answered on sites and for hosts that are refused as well", async () => {
    const { ask } = setUp();
    for (const url of ["http://abcdefgh12.okcvm.localhost:8787/", "http://evil.example/"])
      expect((await ask(url)).id, url).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is the operator's own proxy's, when it has the form of one", async () => {
    const { ask } = setUp();
    expect((await ask("/healthz", "Abc-1.2_3", PROXY)).id).toBe("Abc-1.2_3");
    expect((await ask("/healthz", "a".repeat(64), PROXY)).id).toBe("a".repeat(64));
    expect((await ask("/healthz", "Abc-1.2_3", `::ffff:${PROXY}`)).id).toBe("Abc-1.2_3");
  });

  it.each([
    ["192.0.2.1", CANARY],
    ["unknown", CANARY],
    [PROXY, `${CANARY} x`],
    [PROXY, `${CANARY}"`],
    [PROXY, CANARY.repeat(10)],
    [PROXY, ""],
  ])("from %s is not taken over as %j", async (from, given) => {
    const { ask, logged } = setUp();
    expect((await ask("/healthz", given, from)).id).toMatch(/^[0-9a-f-]{36}$/);
    expect(logged()).not.toContain("canary");
  });

  it("is in every line of a request that failed upstream", async () => {
    const { ask, lines } = setUp(() => Promise.reject(new TypeError("no")));
    const { reply, id } = await ask("/v1/model/openai/models");
    expect(reply.status).toBe(502);
    expect(lines().map(({ request, msg }) => [request, msg])).toEqual([
      [id, "the provider could not be reached"],
      [id, "answered"],
    ]);
  });

  it("stands beside that of a model provider", async () => {
    const { ask, lines } = setUp(async () => new Response("{}", { headers: { "x-request-id": "req-1" } }));
    const { reply, id } = await ask("/v1/model/openai/models");
    expect(id).toBe("req-1");
    expect(lines().map(({ request }) => request)).toEqual([reply.headers.get("x-okcvm-request-id")]);
  });

  it("is in the line of a reply that broke off after its head", async () => {
    const broken = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("cut")),
    });
    const { ask, lines } = setUp(async () => new Response(broken));
    const { reply, id } = await ask("/v1/model/openai/models");
    await expect(reply.text()).rejects.toThrow("broke its reply off");
    expect(lines()).toContainEqual(
      expect.objectContaining({ request: id, msg: "the provider broke its reply off" }),
    );
  });

  it("is in the line of a Git host that is not called", async () => {
    const { ask, lines } = setUp();
    const { reply, id } = await ask("/v1/git/127.0.0.1/x.git/info/refs?service=git-upload-pack");
    expect(reply.status).toBe(403);
    expect(lines().map(({ request }) => request)).toEqual([id, id]);
  });
});
