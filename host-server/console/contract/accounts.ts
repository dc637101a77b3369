import { z } from "zod";
import { listQuery, search, time } from "./common.ts";

export const ROLES = ["administrator", "user"] as const;

/** Whether a server has accounts, and what a visitor may do. Open to everybody. */
export const setupState = z.object({
  /** Nobody has an account yet: whoever makes the first one is administrator. */
  needsFirstAccount: z.boolean(),
  /** Whether visitors may make accounts. */
  allowsRegistration: z.boolean(),
  /** Whether devices must be bound by their code before they are answered. */
  requiresBinding: z.boolean(),
  /** Shortest password. */
  passwordLength: z.int(),
});

const person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: z.enum(ROLES),
  hasSecondFactor: z.boolean(),
});

/** Who is logged in. */
export const me = person.extend({
  /** Whether this server has pages with a device in the browser, for a device of one's own, and for flashing. */
  hasDevicePages: z.boolean(),
});

/** An account, as administrators see it. */
export const account = person.extend({
  isBlocked: z.boolean(),
  created: time,
});

export const accountQuery = listQuery.extend({ search });

export const newAccount = z.strictObject({
  name: z.string().trim().min(1).max(100),
  email: z.email().max(200),
  password: z.string().max(128),
  role: z.enum(ROLES).default("user"),
});

/** What an administrator may change; a new password ends the account's logins. */
export const accountChange = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  role: z.enum(ROLES).optional(),
  isBlocked: z.boolean().optional(),
  password: z.string().max(128).optional(),
  /** Takes a second factor away that its owner has lost; it cannot be given. */
  hasSecondFactor: z.literal(false).optional(),
});

/** A token for programs, which act with the rights of its account: `Authorization: Bearer xz_…`. */
export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  /** Its first characters. */
  start: z.string(),
  created: time,
  /** 0: never. */
  used: time,
  /** Null: never. */
  expires: time.nullable(),
});

export const newApiToken = z.strictObject({
  name: z.string().trim().min(1).max(100),
  /** Days that it is good for; left out: for ever. */
  days: z.int().min(1).max(3_650).optional(),
});

/** The token itself is shown once. */
export const createdApiToken = apiToken.extend({ token: z.string() });

/** Who changed what. */
export const auditEntry = z.object({
  id: z.number(),
  at: time,
  /** Id of the account, or what else acted. */
  actor: z.string(),
  action: z.string(),
  entity: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()).nullable(),
});

export const auditQuery = listQuery.extend({
  actor: z.string().optional(),
  action: z.string().optional(),
  entity: z.string().optional(),
  subject: z.string().optional(),
  from: z.coerce.number().optional(),
  until: z.coerce.number().optional(),
});

export type SetupState = z.infer<typeof setupState>;
export type Me = z.infer<typeof me>;
export type Account = z.infer<typeof account>;
export type ApiToken = z.infer<typeof apiToken>;
export type AuditEntry = z.infer<typeof auditEntry>;
