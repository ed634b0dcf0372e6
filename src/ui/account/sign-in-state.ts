import { createSignal, type Accessor } from "solid-js";

import type { AccountOffer } from "../../domain/server-info.ts";
import type { Sync } from "../../ports/sync.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { isLink } from "./account-words.ts";
import { createAction, type Action } from "./action.ts";

/** What is typed to make an account or to sign in. It stays when an attempt fails. */
export interface SignInState {
  name: Accessor<string>;
  setName: (name: string) => void;
  text: Accessor<string>;
  setText: (text: string) => void;
  /** Whether what goes to the server is to be encrypted. */
  encrypt: Accessor<boolean>;
  setEncrypt: (wanted: boolean) => void;
  creating: Action;
  signingIn: Action;
  /** Whether there is an invitation that an account can be made with. */
  isInvited: boolean;
  /** Resolves with the new account's secret; null when it failed. */
  create: () => Promise<string | null>;
  /** What the server offers; null while it is asked, and when it cannot be. */
  offer: Accessor<AccountOffer | null>;
  /** Resolves true when it worked. */
  byLogin: () => Promise<boolean>;
  /** Resolves true when it worked. */
  signIn: () => Promise<boolean>;
}

/** `guess` is the browser's name until another is typed, and where none is. `invitation`: the address of a link that an account can be made with. */
export function createSignIn(sync: Sync, guess: () => string, invitation?: string): SignInState {
  const [typedName, setName] = createSignal<string>();
  const name = (): string => typedName() ?? guess();
  const [text, setText] = createSignal("");
  const [encrypt, setEncrypt] = createSignal(false);
  /** Left as it was before where nobody was asked. */
  const wanted = (): boolean | undefined => encrypt() || undefined;
  const creating = createAction();
  const signingIn = createAction();
  const [offer, setOffer] = createSignal<AccountOffer | null>(null);
  // Without an answer every way is shown; the server says no where it has to.
  void sync.offer().then(setOffer, () => setOffer(null));
  const named = (): string => name().trim() || guess();
  return {
    name,
    setName,
    text,
    setText(typed) {
      setText(typed);
      signingIn.setProblem(null);
    },
    encrypt,
    setEncrypt,
    creating,
    signingIn,
    isInvited: invitation !== undefined,
    offer,
    byLogin: () => signingIn.run(() => sync.signInByLogin(named(), wanted())),
    async create() {
      let secret: string | null = null;
      await creating.run(async () => void ({ secret } = await sync.create(named(), wanted(), invitation)));
      return secret;
    },
    async signIn() {
      const typed = text().trim();
      if (typed === "") {
        signingIn.setProblem(accountTexts.signInEmpty);
        return false;
      }
      const worked = await signingIn.run(() =>
        isLink(typed) ? sync.signInByLink(typed, named(), wanted()) : sync.signIn(typed, named(), wanted()),
      );
      if (worked) setText("");
      return worked;
    },
  };
}
