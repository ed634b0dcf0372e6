import * as z from "zod/mini";

import type { AccountInvitation, AccountInvitations, InvitationLink } from "../ports/sync.ts";
import { writeLink } from "./links.ts";
import { madeInvitation } from "./members-api.ts";
import type { ServerApi } from "./server-api.ts";

const listed = z.object({
  invitations: z.array(z.object({ handle: z.string(), createdAt: z.number(), expiresAt: z.number() })),
});

const PATH = "/account/invitations";

/** Invitations to make an account on the server of this browser's own. */
export class ServerAccountInvitations implements AccountInvitations {
  readonly #api: () => Promise<ServerApi>;
  readonly #server: string;

  /** `api` answers as this device. Errors: `not-found` when there is no account. */
  constructor({ api, server }: { api(): Promise<ServerApi>; server: string }) {
    this.#api = api;
    this.#server = server;
  }

  async make(): Promise<InvitationLink> {
    const { id, handle, expiresAt } = await (await this.#api()).json(madeInvitation, "POST", PATH);
    return { url: writeLink(this.#server, { kind: "welcome", id, key: null }), handle, expiresAt };
  }

  async open(): Promise<AccountInvitation[]> {
    return (await (await this.#api()).json(listed, "GET", PATH)).invitations;
  }

  async revoke(handle: string): Promise<void> {
    await (await this.#api()).request("DELETE", `${PATH}/${handle}`);
  }
}
