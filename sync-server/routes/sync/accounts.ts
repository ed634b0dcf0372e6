import { createRoute, z, type OpenAPIHono } from "@hono/zod-openapi";
import { apiError } from "../../api-error.ts";
import { SCOPES, type Scope } from "../../auth/scopes.ts";
import type { Account, Device } from "../../repos/accounts.ts";
import { addressOf, requireScope, tooMany } from "./guards.ts";
import * as schemas from "./schemas.ts";
import { json, refusals } from "./schemas.ts";
import type { SyncEnv, SyncParts } from "./sync-env.ts";

const newAccount = z.object({
  authHash: schemas.sha256.openapi({ description: "SHA-256 of the account's sign-in key." }),
  name: schemas.deviceName,
  key: schemas.sealedKey.optional(),
  invitation: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional()
    .openapi({ description: "Where accounts are made by invitation: what an invitation's link holds." }),
});
const newDevice = z.object({
  authKey: schemas.authKey.openapi({ description: "The account's sign-in key: 32 bytes, base64url." }),
  name: schemas.deviceName,
  scopes: schemas.scopes.default([...SCOPES]),
});
const devicePath = z.object({
  device: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .openapi({ param: { name: "device", in: "path" } }),
});

/** New accounts and new devices: what needs no token and gives one. */
export function accountRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const { accounts, failures } = parts;

  api.openapi(
    createRoute({
      method: "post",
      path: "/accounts",
      request: { body: json(newAccount, "What the account signs in with.") },
      responses: {
        201: json(schemas.grantedSchema, "The account and its first device."),
        ...refusals,
        409: json(schemas.errorSchema, "There is one."),
      },
    }),
    async (context) => {
      const { registration } = parts.limits;
      if (registration === "closed")
        return apiError(
          403,
          "registration_closed",
          "This server's operator makes the accounts. Ask for one.",
        ) as never;
      const { authHash, name, key = null, invitation = null } = context.req.valid("json");
      const address = addressOf(parts, context);
      const byInvitation = registration === "invite-only";
      const wait = byInvitation ? failures.waitOf(address) : 0;
      if (wait > 0) return tooMany(wait) as never;
      if (byInvitation && invitation === null) return notInvited(BY_INVITATION) as never;
      // What the server keeps is the hash of the key's text, so that the key itself is sent when signing in.
      const account = await accounts.create(authHash, key, byInvitation ? invitation : null);
      if (account === "exists")
        return apiError(409, "exists", "There is an account with that secret already.") as never;
      if (account === "not-invited") {
        failures.count(address);
        return notInvited(NO_INVITATION) as never;
      }
      const made = await accounts.addDevice(account.id, { name, scopes: SCOPES });
      return context.json(await grant(parts, account, made), 201);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/devices",
      request: { body: json(newDevice, "Who signs in, and what the device may do.") },
      responses: { 201: json(schemas.grantedSchema, "The device."), ...refusals },
    }),
    async (context) => {
      const address = addressOf(parts, context);
      const wait = failures.waitOf(address);
      if (wait > 0) return tooMany(wait) as never;
      const { authKey, name, scopes } = context.req.valid("json");
      const account = await accounts.byAuthKey(authKey);
      if (!account) {
        failures.count(address);
        return apiError(401, "unauthorized", "No account has that secret.") as never;
      }
      const made = await accounts.addDevice(account.id, { name, scopes });
      return context.json(await grant(parts, account, made), 201);
    },
  );
}

/** Devices: listed, renamed, revoked. */
export function deviceRoutes(api: OpenAPIHono<SyncEnv>, parts: SyncParts): void {
  const { accounts, authenticator } = parts;
  const admin = requireScope(parts, "admin");
  const security = [{ device: [] }];

  api.openapi(
    createRoute({
      method: "get",
      path: "/devices",
      security,
      middleware: admin,
      responses: {
        200: json(z.object({ devices: z.array(schemas.deviceSchema) }), "Oldest first."),
        ...refusals,
      },
    }),
    async (context) => {
      const { accountId, deviceId } = context.get("caller");
      const devices = await accounts.devices(accountId);
      return context.json({ devices: devices.map((device) => view(device, deviceId)) }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "patch",
      path: "/devices/{device}",
      security,
      middleware: admin,
      request: { params: devicePath, body: json(z.object({ name: schemas.deviceName }), "The new name.") },
      responses: { 204: { description: "It has the name." }, ...refusals },
    }),
    async (context) => {
      const { device } = context.req.valid("param");
      const { name } = context.req.valid("json");
      const found = await accounts.renameDevice(context.get("caller").accountId, device, name);
      return found ? context.body(null, 204) : (noDevice() as never);
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/devices/{device}",
      security,
      middleware: admin,
      request: { params: devicePath },
      responses: { 204: { description: "Its token is worthless." }, ...refusals },
    }),
    async (context) => {
      const { device } = context.req.valid("param");
      const found = await accounts.revokeDevice(context.get("caller").accountId, device);
      authenticator.forget(device);
      return found ? context.body(null, 204) : (noDevice() as never);
    },
  );
}

const BY_INVITATION = "On this server accounts are made by invitation. Open the link of one.";
const NO_INVITATION = "This invitation was used or revoked, or is older than 7 days. Ask for another.";

function notInvited(message: string): Response {
  return apiError(403, "not_invited", message);
}

function noDevice(): Response {
  return apiError(404, "not_found", "There is no such device.");
}

/** What a new device is told. */
export async function grant(
  { sealedKeys }: SyncParts,
  { id, homeSpace }: Account,
  { device, token }: { device: Device; token: string },
) {
  const key = await sealedKeys.ofAccount(id);
  return { accountId: id, homeSpace, device: view(device, device.id), token, key };
}

function view(device: Device, current: string) {
  const scopes: Scope[] = [...device.scopes];
  const { id, name, createdAt, seenAt } = device;
  return { id, name, scopes, createdAt, seenAt, current: id === current };
}
