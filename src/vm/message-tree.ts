import { branchTo, newestLeafUnder, siblingsOf } from "../domain/conversation.ts";
import { OkcvmError } from "../domain/errors.ts";
import type { Message } from "../domain/message.ts";

/** The messages of a conversation, and the end of the branch in view. */
export class MessageTree {
  readonly #messages = new Map<string, Message>();
  leafId: string | null;

  constructor(messages: Iterable<Message>, leafId: string | null) {
    this.leafId = leafId;
    for (const message of messages) this.put(message);
  }

  /** Adds a message, or replaces an older state of it. */
  put(message: Message): void {
    this.#messages.set(message.id, message);
  }

  /** Adds messages that are not here; of those that are, what is here is newer. */
  add(messages: Iterable<Message>): void {
    for (const message of messages) if (!this.#messages.has(message.id)) this.put(message);
  }

  /** Errors: `not-found`. */
  get(id: string): Message {
    const message = this.#messages.get(id);
    if (!message) throw new OkcvmError("not-found", "That message is not in this conversation.");
    return message;
  }

  /** First to last, to the end of the branch in view or to another message. */
  branch(leafId: string | null = this.leafId): Message[] {
    return branchTo(this.#messages.values(), leafId);
  }

  /** Errors: `not-found`. */
  siblings(id: string): Message[] {
    return siblingsOf(this.#messages.values(), this.get(id));
  }

  /** Errors: `not-found`. */
  newestLeafUnder(id: string): string {
    return newestLeafUnder(this.#messages.values(), this.get(id).id);
  }
}
