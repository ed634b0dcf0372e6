import type { WebContainer } from "@webcontainer/api";

import { OkcvmError } from "../../domain/errors.ts";
import { EngineClient, type EngineAddress } from "./engine-client.ts";

/** A share in the page's one WebContainer. */
export interface EngineLease {
  readonly instance: WebContainer;
  /** Resolves with the reason when the engine is gone. */
  readonly gone: Promise<string>;
  /** The same promise, but failing with `engine-failed` when the engine is gone first: its own would never settle. */
  guard<T>(work: Promise<T>): Promise<T>;
  /** Gives the engine up for everyone: it does not answer. */
  abandon(reason: string): void;
  /** The last one to let go ends the engine. */
  release(): Promise<void>;
}

interface Engine {
  client: EngineClient;
  instance: WebContainer;
  gone: Promise<string>;
  end(reason: string): void;
  users: Set<object>;
}

interface Booting {
  address: EngineAddress;
  engine: Promise<Engine>;
  resolve(engine: Engine): void;
  reject(error: unknown): void;
}

/**
 * The page's one WebContainer: the library allows no second. It is booted for
 * the first who wants it and ended after the last. A boot that does not answer
 * is kept open and asked for again with `retry`.
 */
export class EngineHost {
  #client: EngineClient | null = null;
  #booting: Booting | null = null;
  #ending: Promise<void> = Promise.resolve();
  #booted = false;

  /** Resolves with what takes a share once the host has answered; does not settle while it does not. */
  async answered(address: EngineAddress): Promise<() => EngineLease> {
    if (this.#booting && !isSame(this.#booting.address, address)) await this.#replace();
    const engine = await (this.#booting ?? this.#boot(address)).engine;
    return () => this.#share(engine);
  }

  /** Asks a host that has not answered yet once more. The promise of the first asking stays the one that is kept. */
  retry(): void {
    const booting = this.#booting;
    if (!booting || this.#booted) return;
    if (this.#client && !this.#client.greeted) return this.#client.reload();
    this.#client?.discard();
    this.#start(booting.address).then(booting.resolve, booting.reject);
  }

  #boot(address: EngineAddress): Booting {
    this.#booted = false;
    let resolve = (_engine: Engine): void => {};
    let reject = (_error: unknown): void => {};
    const engine = new Promise<Engine>((...settle) => {
      [resolve, reject] = settle;
    });
    const booting = { address, engine, resolve, reject };
    this.#booting = booting;
    this.#start(address).then(resolve, reject);
    engine.catch(() => {
      if (this.#booting === booting) this.#booting = null;
    });
    return booting;
  }

  async #start(address: EngineAddress): Promise<Engine> {
    await this.#ending;
    if (!this.#client?.usable || !isSame(this.#client.address, address)) {
      this.#client?.discard();
      this.#client = await EngineClient.load(address);
    }
    const client = this.#client;
    const instance = await client.boot();
    this.#booted = true;
    let end = (_reason: string): void => {};
    const gone = new Promise<string>((resolve) => {
      end = resolve;
    });
    return { client, instance, gone, end, users: new Set() };
  }

  #share(engine: Engine): EngineLease {
    const user = {};
    engine.users.add(user);
    const { instance, gone } = engine;
    return {
      instance,
      gone,
      guard: (work) => guarded(work, gone),
      abandon: (reason) => this.#abandon(engine, reason),
      release: async () => {
        engine.users.delete(user);
        if (engine.users.size === 0) await this.#end(engine);
      },
    };
  }

  #abandon(engine: Engine, reason: string): void {
    if (this.#forget(engine)) engine.client.discard();
    engine.end(reason);
  }

  async #end(engine: Engine): Promise<void> {
    if (!this.#forget(engine)) return;
    engine.end("it was closed.");
    this.#ending = engine.client.teardown(engine.instance);
    await this.#ending;
  }

  /** False when it was given up before. */
  #forget(engine: Engine): boolean {
    if (this.#client !== engine.client || !this.#booted || !this.#booting) return false;
    this.#booting = null;
    this.#booted = false;
    return true;
  }

  /** Another address: what runs at the old one is given up. */
  async #replace(): Promise<void> {
    const booting = this.#booting;
    this.#booting = null;
    this.#client?.discard();
    if (this.#booted) (await booting?.engine)?.end("another WebContainer address was set.");
    this.#booted = false;
  }
}

/** The one of this page. */
export const pageEngine = new EngineHost();

function isSame(one: EngineAddress, other: EngineAddress): boolean {
  return one.origin === other.origin && one.apiKey === other.apiKey;
}

async function guarded<T>(work: Promise<T>, gone: Promise<string>): Promise<T> {
  let reason: string | null = null;
  const ended = gone.then((why) => {
    reason = why;
    throw goneError(why);
  });
  ended.catch(() => {});
  try {
    return await Promise.race([work, ended]);
  } catch (error) {
    throw reason === null ? error : goneError(reason);
  }
}

function goneError(reason: string): OkcvmError {
  return new OkcvmError(
    "engine-failed",
    `WebContainer stopped: ${reason} Files are kept as last seen; the next command starts it again.`,
  );
}
