import { createSignal, type Accessor } from "solid-js";

import type { GitAccess } from "../../vm/api.ts";
import { hostOf, readAddress } from "./address.ts";

/** What is typed in. */
export interface GitFields {
  address: string;
  branch: string;
  token: string;
  /** From an address that held a login; "" for none. */
  username: string;
  /** Whether the token is to be kept. */
  remember: boolean;
}

export interface FieldsState {
  fields: Accessor<GitFields>;
  edit: (patch: Partial<GitFields>) => void;
  /** Takes a login out of the address, into fields of its own. */
  tidyAddress: () => void;
  /** Whether a token is being typed, in place of one that is kept or of none. */
  ownToken: Accessor<boolean>;
  setOwnToken: (own: boolean) => void;
  /** Asks for a token; one that takes the place of a kept one is to be kept too. */
  askToken: (replacesKept: boolean) => void;
  /** What the machine is told. */
  access: () => GitAccess;
}

export function createFields(address: string): FieldsState {
  const [fields, setFields] = createSignal<GitFields>({
    address,
    branch: "",
    token: "",
    username: "",
    remember: false,
  });
  const [ownToken, setOwnToken] = createSignal(false);
  const edit = (patch: Partial<GitFields>): void => {
    setFields((now) => edited(now, patch));
  };
  return {
    fields,
    edit,
    ownToken,
    setOwnToken,
    askToken: (replacesKept) => {
      if (replacesKept) edit({ remember: true });
      setOwnToken(true);
    },
    tidyAddress: () => {
      const read = readAddress(fields().address);
      if (!read.ok || read.address.auth === null) return;
      const { username, password } = read.address.auth;
      edit({ address: read.address.url, username, ...(password === "" ? {} : { token: password }) });
      if (password !== "") setOwnToken(true);
    },
    access: () => {
      const { address, branch, token, username, remember } = fields();
      return {
        url: address.trim(),
        ...(branch.trim() === "" ? {} : { branch: branch.trim() }),
        ...(ownToken() && token.trim() !== "" ? { token: token.trim(), remember } : {}),
        ...(username === "" ? {} : { username }),
      };
    },
  };
}

/** A user name, which is shown beside the token only, does not go to another host than it was typed for. */
function edited(now: GitFields, patch: Partial<GitFields>): GitFields {
  const next = { ...now, ...patch };
  const moved = patch.address !== undefined && hostOf(next.address) !== hostOf(now.address);
  return moved && patch.username === undefined ? { ...next, username: "" } : next;
}
