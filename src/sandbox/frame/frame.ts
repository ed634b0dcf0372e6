import { OkcvmError } from "../../domain/errors.ts";
import bootstrap from "./frame-bootstrap.js?raw";

/** A Worker inside the engine frame. */
export interface FrameWorker {
  port: MessagePort;
  /** Ends it at once; resolves when the frame has done so. */
  kill(): Promise<void>;
  /** Resolves with the reason when it dies by itself. */
  died: Promise<string>;
  /** Gives the answer to a question the Worker asked on its line and is blocked for. */
  answer(question: number, bytes: Uint8Array<ArrayBuffer>): void;
  /** Sets the Worker's interrupt flag, which it looks at while it computes. */
  interrupt(): void;
}

export interface StartOptions {
  /** With shared memory, so that the Worker can wait for answers while it computes; without, or where the browser has none, `answer` and `interrupt` do nothing. */
  line?: boolean;
  /** The name of a value the host keeps, which the Worker gets with its first message. */
  kept?: string;
}

/** The first message of a Worker, beside its port. */
export interface WorkerStart {
  /** null when none was asked for, or the browser has no shared memory. */
  line: { answers: SharedArrayBuffer; interrupt: SharedArrayBuffer } | null;
  kept: unknown;
}

/** Where Workers with agent code are started. */
export interface EngineHost {
  /** Errors: `engine-failed`. */
  startWorker(code: string, options?: StartOptions): Promise<FrameWorker>;
  /** Keeps a large value for Workers to come, under a name; what it transfers is gone from here. */
  keep(name: string, value: unknown, transfer: Transferable[]): void;
  close(): void;
}

type FrameReply =
  | { type: "ready" }
  | { type: "started"; id: number }
  | { type: "killed"; id: number }
  | { type: "failed"; id: number; reason: string };

const FRAME_POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob: data:; connect-src 'none'; form-action 'none'; base-uri 'none'";

const FRAME_TIMEOUT_MS = 15_000;

/**
 * The opaque-origin frame that holds all agent code. It has no origin, so no
 * storage and no way to the app's page; its policy lets nothing out on the
 * network; its one wire is a MessagePort.
 */
export class EngineFrame implements EngineHost {
  readonly #element: HTMLIFrameElement;
  readonly #port: MessagePort;
  readonly #waiting = new Map<string, (reply: FrameReply) => void>();
  readonly #deaths = new Map<number, (reason: string) => void>();
  #nextId = 1;

  private constructor(element: HTMLIFrameElement, port: MessagePort) {
    this.#element = element;
    this.#port = port;
    port.onmessage = (event) => this.#receive(event.data as FrameReply);
  }

  /** Errors: `engine-failed` when the browser does not run it. */
  static async open(parent: HTMLElement = document.body): Promise<EngineFrame> {
    const element = document.createElement("iframe");
    element.setAttribute("sandbox", "allow-scripts");
    element.setAttribute("allow", "cross-origin-isolated");
    element.title = "Engine";
    element.hidden = true;
    element.srcdoc = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${FRAME_POLICY}"><script>${bootstrap}</script>`;
    const channel = new MessageChannel();
    await greet(element, parent, channel.port2);
    return new EngineFrame(element, channel.port1);
  }

  /** Starts a Worker from its code. Errors: `engine-failed`. */
  async startWorker(code: string, { line = false, kept }: StartOptions = {}): Promise<FrameWorker> {
    const id = this.#nextId++;
    const channel = new MessageChannel();
    const died = new Promise<string>((resolve) => this.#deaths.set(id, resolve));
    const reply = this.#wait("started", id);
    this.#port.postMessage({ type: "start", id, code, line, kept }, [channel.port2]);
    const started = await Promise.race([reply.then(() => null), died]);
    if (started !== null) {
      throw new OkcvmError(
        "engine-failed",
        `The engine could not start: ${started} Reload the page to try again.`,
      );
    }
    return {
      port: channel.port1,
      died,
      kill: () => this.#kill(id),
      answer: (question, bytes) =>
        this.#port.postMessage({ type: "answer", id, question, bytes }, [bytes.buffer]),
      interrupt: () => this.#port.postMessage({ type: "interrupt", id }),
    };
  }

  keep(name: string, value: unknown, transfer: Transferable[]): void {
    this.#port.postMessage({ type: "keep", name, value }, transfer);
  }

  close(): void {
    this.#port.close();
    this.#element.remove();
  }

  async #kill(id: number): Promise<void> {
    const killed = this.#wait("killed", id);
    this.#port.postMessage({ type: "kill", id });
    await killed;
    this.#deaths.delete(id);
  }

  #wait(type: FrameReply["type"], id: number): Promise<FrameReply> {
    return new Promise((resolve) => this.#waiting.set(`${type} ${id}`, resolve));
  }

  #receive(reply: FrameReply): void {
    if (reply.type === "ready") return;
    if (reply.type === "failed") this.#deaths.get(reply.id)?.(reply.reason);
    const key = `${reply.type} ${reply.id}`;
    this.#waiting.get(key)?.(reply);
    this.#waiting.delete(key);
  }
}

async function greet(element: HTMLIFrameElement, parent: HTMLElement, port: MessagePort): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      removeEventListener("message", onMessage);
      reject(
        new OkcvmError(
          "engine-failed",
          "The browser did not start the engine's frame. Reload the page to try again.",
        ),
      );
    }, FRAME_TIMEOUT_MS);
    function onMessage(event: MessageEvent): void {
      if (event.source !== element.contentWindow || event.data !== "okcvm-frame") return;
      clearTimeout(timer);
      removeEventListener("message", onMessage);
      element.contentWindow?.postMessage(null, "*", [port]);
      resolve();
    }
    addEventListener("message", onMessage);
    parent.append(element);
  });
}
