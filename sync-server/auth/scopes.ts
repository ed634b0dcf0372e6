/**
 * What a device may do. sync: read and write the account's spaces. git:read,
 * git:write: clone and push conversations. proxy: fetch through the server.
 * deploy: publish sites. admin: the account itself and its devices.
 */
export const SCOPES = ["sync", "git:read", "git:write", "proxy", "deploy", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** Scopes as the database keeps them. */
export function joinScopes(scopes: readonly Scope[]): string {
  return SCOPES.filter((scope) => scopes.includes(scope)).join(" ");
}

export function splitScopes(text: string): Set<Scope> {
  const words = new Set(text.split(" "));
  return new Set(SCOPES.filter((scope) => words.has(scope)));
}
