import { titleFrom, type Conversation } from "../domain/conversation.ts";
import { textOf, type Message } from "../domain/message.ts";
import type { Conversations } from "../ports/conversations.ts";

/** Names a conversation after the first thing a person says in it. */
export class ConversationTitle {
  readonly #conversations: Conversations;
  readonly #id: string;
  #set: boolean;

  constructor(conversations: Conversations, conversation: Conversation) {
    this.#conversations = conversations;
    this.#id = conversation.id;
    this.#set = conversation.title !== "";
  }

  /** A title that could not be stored is tried again with the next message. */
  after(user: Message | null): void {
    if (this.#set || !user) return;
    this.#conversations.rename(this.#id, titleFrom(textOf(user)) || "Files").then(
      () => {
        this.#set = true;
      },
      () => {},
    );
  }
}
