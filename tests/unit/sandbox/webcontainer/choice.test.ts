import { describe, expect, test, vi } from "vitest";

import { OkcvmError } from "../../../../src/domain/errors.ts";
import type { RunningServer } from "../../../../src/domain/running-server.ts";
import { DEFAULT_SETTINGS, type EngineSettings } from "../../../../src/domain/settings.ts";
import type { EngineState, Sandbox, ShellRequest, ShellResult } from "../../../../src/ports/sandbox.ts";
import { ChosenSandbox, type RemoteSandbox } from "../../../../src/sandbox/chosen-sandbox.ts";
import { planEngine, type EnginePlan } from "../../../../src/sandbox/engine-plan.ts";

const ORIGIN = "https://wc.example";
const offer = { origin: ORIGIN, apiKey: "server-key" };
const wanted = (engine: Partial<EngineSettings>): EngineSettings => ({
  ...DEFAULT_SETTINGS.engine,
  ...engine,
});

describe("the plan", () => {
  test("automatic: WebContainer where it is offered", () => {
    expect(planEngine(wanted({}), null)).toEqual({ engine: "embedded", reason: null });
    expect(planEngine(wanted({}), offer)).toEqual({
      engine: "webcontainer",
      address: { origin: ORIGIN, apiKey: "server-key" },
    });
    expect(planEngine(wanted({ webcontainerKey: "own" }), offer)).toMatchObject({
      address: { apiKey: "own" },
    });
  });

  test("fixed, and what cannot be says why", () => {
    expect(planEngine(wanted({ choice: "embedded" }), offer)).toEqual({ engine: "embedded", reason: null });
    expect(planEngine(wanted({ choice: "webcontainer" }), null)).toMatchObject({
      engine: "embedded",
      reason: expect.stringContaining("does not offer WebContainer"),
    });
    expect(planEngine(wanted({ webcontainerOrigin: "https://other.example" }), offer)).toMatchObject({
      reason: expect.stringContaining(`from ${ORIGIN} only`),
    });
  });
});

/** An engine that says its name for every command; `hang` waits for its abort. */
class NamedSandbox implements RemoteSandbox {
  readonly name: string;
  state: EngineState = "absent";
  servers: readonly RunningServer[] = [];
  closed = false;
  retries = 0;
  startError: OkcvmError | null = null;
  /** Answers late, as a host does that was not there at first. */
  answer: () => void = () => {};
  readonly #late = new Promise<void>((resolve) => {
    this.answer = resolve;
  });
  readonly #listeners = new Set<(state: EngineState) => void>();

  constructor(name: string) {
    this.name = name;
  }

  warm(): void {}

  async ready(): Promise<void> {
    if (this.startError) throw this.startError;
    this.#set("ready");
  }

  answered(): Promise<void> {
    return this.#late;
  }

  retry(): void {
    this.retries++;
  }

  async shell(request: ShellRequest): Promise<ShellResult> {
    this.#set("running");
    if (request.command === "hang")
      await new Promise<void>((resolve) => request.signal?.addEventListener("abort", () => resolve()));
    this.#set("ready");
    const aborted = request.signal?.aborted === true;
    return {
      stdout: this.name,
      stderr: "",
      exitCode: aborted ? 130 : 0,
      ended: aborted ? "aborted" : "exit",
    };
  }

  subscribe(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  serve(servers: readonly RunningServer[]): void {
    this.servers = servers;
    this.#set(this.state);
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #set(state: EngineState): void {
    this.state = state;
    for (const listener of this.#listeners) listener(state);
  }
}

function makeChoice(first: EnginePlan) {
  const world = {
    plan: first,
    online: true,
    onPlan: () => {},
    onOnline: () => {},
    embedded: new NamedSandbox("Embedded shell"),
    remotes: [] as NamedSandbox[],
    startError: null as OkcvmError | null,
  };
  const sandbox = new ChosenSandbox({
    plan: async () => world.plan,
    subscribe: (listener) => {
      world.onPlan = listener;
      return () => {};
    },
    online: () => world.online,
    subscribeOnline: (listener) => {
      world.onOnline = listener;
      return () => {};
    },
    embedded: (): Sandbox => world.embedded,
    webcontainer: async () => {
      const remote = new NamedSandbox("WebContainer");
      remote.startError = world.startError;
      world.remotes.push(remote);
      return remote;
    },
  });
  const run = (command = "true") => sandbox.shell({ command, timeoutMs: 1_000 });
  return { sandbox, world, run };
}

const embeddedPlan: EnginePlan = { engine: "embedded", reason: null };
const remotePlan: EnginePlan = { engine: "webcontainer", address: { origin: ORIGIN, apiKey: null } };
const unreachable = new OkcvmError("unreachable", "No answer.");

describe("the chosen engine", () => {
  test("a boot that does not answer falls back, once with a note, and comes back when it does", async () => {
    const { sandbox, world, run } = makeChoice(remotePlan);
    world.startError = unreachable;
    const states: string[] = [];
    sandbox.subscribe(() => states.push(sandbox.name));
    expect(await run()).toMatchObject({
      stdout: "Embedded shell",
      stderr: "okcvm: ran in the Embedded shell, as WebContainer did not answer.\n",
    });
    expect(sandbox.name).toBe("Embedded shell, as WebContainer did not answer");
    expect(sandbox.notice).toBe("WebContainer did not answer");
    expect((await run()).stderr).toBe("");
    const [remote] = world.remotes;
    world.onOnline();
    expect(remote?.retries).toBe(1);
    if (remote) remote.startError = null;
    remote?.answer();
    await vi.waitFor(() => expect(sandbox.notice).toBeNull());
    expect(await run()).toMatchObject({ stdout: "WebContainer", stderr: "" });
    expect(states).toContain("WebContainer");
    expect(world.remotes).toHaveLength(1);
  });

  test("servers of WebContainer are told of, also while commands run in the other engine", async () => {
    const { sandbox, world, run } = makeChoice(remotePlan);
    await run();
    const told = vi.fn();
    sandbox.subscribe(() => told(sandbox.servers.map(({ port }) => port)));
    world.remotes[0]?.serve([{ port: 3000, url: `${ORIGIN}/3000/`, pageErrors: [] }]);
    expect(told).toHaveBeenLastCalledWith([3000]);
    world.plan = embeddedPlan;
    await run();
    expect(sandbox.servers).toEqual([]);
  });

  test("one that fails falls back until there is a network again", async () => {
    const { sandbox, world, run } = makeChoice(remotePlan);
    world.startError = new OkcvmError("engine-failed", "It broke.");
    expect((await run()).stderr).toContain("as WebContainer failed: It broke.");
    if (world.remotes[0]) world.remotes[0].startError = null;
    expect((await run()).stdout).toBe("Embedded shell");
    world.onOnline();
    expect((await run()).stdout).toBe("WebContainer");
    expect(sandbox.notice).toBeNull();
  });

  test("offline it is not asked, but one that is up goes on", async () => {
    const { world, run } = makeChoice(remotePlan);
    world.online = false;
    expect(await run()).toMatchObject({
      stdout: "Embedded shell",
      stderr: expect.stringContaining("this browser is offline"),
    });
    world.online = true;
    world.onOnline();
    expect((await run()).stdout).toBe("WebContainer");
    world.online = false;
    expect((await run()).stdout).toBe("WebContainer");
  });

  test("a change stops what runs, says so, and the next command is in the other", async () => {
    const { sandbox, world, run } = makeChoice(remotePlan);
    await run();
    const running = run("hang");
    await vi.waitFor(() => expect(sandbox.state).toBe("running"));
    world.plan = embeddedPlan;
    world.onPlan();
    expect(await running).toMatchObject({
      ended: "aborted",
      stderr: "okcvm: stopped, because the engine was changed to Embedded shell.\n",
    });
    await vi.waitFor(() => expect(sandbox.name).toBe("Embedded shell"));
    expect(world.remotes[0]?.closed).toBe(true);
    expect((await run()).stdout).toBe("Embedded shell");
    world.plan = remotePlan;
    expect((await run()).stdout).toBe("WebContainer");
  });

  test("other settings leave what runs alone", async () => {
    const { sandbox, world, run } = makeChoice(remotePlan);
    await run();
    const controller = new AbortController();
    const running = sandbox.shell({ command: "hang", timeoutMs: 1_000, signal: controller.signal });
    await vi.waitFor(() => expect(sandbox.state).toBe("running"));
    world.onPlan();
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sandbox.state).toBe("running");
    controller.abort();
    expect(await running).toMatchObject({ ended: "aborted", stderr: "" });
  });

  test("closing closes both", async () => {
    const { sandbox, world, run } = makeChoice(remotePlan);
    await run();
    await sandbox.close();
    expect(world.remotes[0]?.closed).toBe(true);
    expect(world.embedded.closed).toBe(true);
  });
});
