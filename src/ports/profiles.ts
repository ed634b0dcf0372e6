/** One of the accounts whose data this browser keeps apart from the others'. */
export interface Profile {
  /** Names its database. */
  name: string;
  /** What a person calls it; "" for none. */
  label: string;
  /** True for the one this page works with. */
  current: boolean;
}

/**
 * Several accounts in one browser, each with conversations, settings and keys
 * of its own. A page works with one of them from its start to its end: a choice
 * holds from the next load on.
 */
export interface Profiles {
  list(): Profile[];
  /** Makes an empty one; `use` goes there. */
  add(): Profile;
  use(name: string): void;
  rename(name: string, label: string): void;
  /** Whether another of them has a conversation too: its files and sites are the same ones. */
  othersHave(conversationId: string): Promise<boolean>;
  /** Deletes everything this browser keeps of it alone; what the account's server has stays there. Errors: `bad-arguments` for the one in use, `not-found`. */
  remove(name: string): Promise<void>;
}
