import type { PreviewMessage, WebContainer } from "@webcontainer/api";

import type { RunningServer } from "../../domain/running-server.ts";

/** A page can fail without end. */
const KEPT_ERRORS = 20;

/** The servers of an engine, by what it tells of them. */
export class Servers {
  readonly #onChange: () => void;
  #list: readonly RunningServer[] = [];

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get list(): readonly RunningServer[] {
    return this.#list;
  }

  /** Follows an engine; answers how to stop, upon which none is left. */
  follow(instance: WebContainer): () => void {
    const stops = [
      instance.on("server-ready", (port, url) =>
        this.#set([...this.#others(port), { port, url, pageErrors: [] }]),
      ),
      instance.on("port", (port, type) => {
        if (type === "close") this.#set(this.#others(port));
      }),
      instance.on("preview-message", (message) => this.#addError(message)),
    ];
    return () => {
      for (const stop of stops) stop();
      this.#set([]);
    };
  }

  #others(port: number): RunningServer[] {
    return this.#list.filter((one) => one.port !== port);
  }

  #addError(message: PreviewMessage): void {
    const error = { path: message.pathname, message: wordsOf(message) };
    this.#set(
      this.#list.map((one) =>
        one.port === message.port
          ? { ...one, pageErrors: [...one.pageErrors, error].slice(-KEPT_ERRORS) }
          : one,
      ),
    );
  }

  #set(list: readonly RunningServer[]): void {
    if (list.length === 0 && this.#list.length === 0) return;
    this.#list = list;
    this.#onChange();
  }
}

function wordsOf(message: PreviewMessage): string {
  if (!("args" in message)) return message.message;
  return message.args
    .map((part: unknown) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join(" ");
}
