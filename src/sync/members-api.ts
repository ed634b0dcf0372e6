import * as z from "zod/mini";

import type { GivenRole, Invitation, SpaceMember } from "../domain/sync-status.ts";
import type { ServerApi } from "./server-api.ts";

const role = z.enum(["owner", "editor", "viewer"]);
const members = z.object({
  members: z.array(
    z.object({ id: z.string(), role, name: z.nullable(z.string()), since: z.number(), self: z.boolean() }),
  ),
});
const invitations = z.object({
  invitations: z.array(
    z.object({
      handle: z.string(),
      role: z.enum(["editor", "viewer"]),
      createdAt: z.number(),
      expiresAt: z.number(),
    }),
  ),
});
/** An invitation that was just made, to a conversation or to an account. */
export const madeInvitation = z.object({
  id: z.string().check(z.regex(/^[0-9a-f]{32}$/)),
  handle: z.string(),
  expiresAt: z.number(),
});
const joined = z.object({ space: z.string().check(z.regex(/^[0-9a-f]{32}$/)), role });
const named = z.object({ name: z.nullable(z.string()) });

/** The part of the server's API that is about several people in one conversation. */
export class MembersApi {
  readonly #api: ServerApi;

  constructor(api: ServerApi) {
    this.#api = api;
  }

  async members(space: string): Promise<SpaceMember[]> {
    return (await this.#api.json(members, "GET", `/spaces/${space}/members`)).members;
  }

  async setRole(space: string, account: string, role: GivenRole): Promise<void> {
    await this.#api.request("PATCH", `/spaces/${space}/members/${account}`, { role });
  }

  async passOn(space: string, account: string): Promise<void> {
    await this.#api.request("PUT", `/spaces/${space}/owner`, { account });
  }

  async remove(space: string, account: string): Promise<void> {
    await this.#api.request("DELETE", `/spaces/${space}/members/${account}`);
  }

  invite(space: string, role: GivenRole): Promise<z.infer<typeof madeInvitation>> {
    return this.#api.json(madeInvitation, "POST", `/spaces/${space}/invitations`, { role });
  }

  async invitations(space: string): Promise<Invitation[]> {
    return (await this.#api.json(invitations, "GET", `/spaces/${space}/invitations`)).invitations;
  }

  async revoke(space: string, handle: string): Promise<void> {
    await this.#api.request("DELETE", `/spaces/${space}/invitations/${handle}`);
  }

  /** Answers the space that the account is a member of now. `key`: what it opens an encrypted one with, under its own key. */
  async take(id: string, key: string | null): Promise<string> {
    const body = key === null ? {} : { key };
    return (await this.#api.json(joined, "POST", `/invitations/${id}/take`, body)).space;
  }

  async name(): Promise<string | null> {
    return (await this.#api.json(named, "GET", "/account/name")).name;
  }

  async setName(name: string): Promise<void> {
    await this.#api.request("PUT", "/account/name", { name });
  }
}
