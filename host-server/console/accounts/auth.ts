import type { BetterAuthOptions } from "better-auth";
import type { Log } from "../../log.ts";
import type { Storage } from "../../storage/storage.ts";

/** What the accounts need of `better-auth`. */
export interface Auth {
  /** Answers a request below `/api/auth/`. */
  handler(request: Request): Promise<Response>;
  /** Who the cookies of a request belong to. */
  userOf(headers: Headers): Promise<AuthUser | undefined>;
  createUser(user: NewUser): Promise<AuthUser>;
  updateUser(id: string, change: { name?: string; role?: string; blocked?: boolean }): Promise<void>;
  /** Sets the password; the account's logins end. */
  setPassword(id: string, password: string): Promise<void>;
  /** Ends the logins of an account. */
  endSessions(id: string): Promise<void>;
}

export interface AuthUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role?: string | null;
  readonly blocked?: boolean | null;
  readonly twoFactorEnabled?: boolean | null;
}

interface NewUser {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly role: string;
}

/** How passwords are kept. */
export interface PasswordHashing {
  hash(password: string): Promise<string>;
  verify(given: { readonly hash: string; readonly password: string }): Promise<boolean>;
}

export interface AuthOptions {
  readonly storage: Storage;
  readonly log: Log;
  /** What cookies are signed with. */
  readonly secret: string;
  /** Whether cookies are for HTTPS alone. */
  readonly isSecure: boolean;
  readonly passwordLength: number;
  /** Instead of scrypt, which the library has Node do in a thread. */
  readonly passwords?: PasswordHashing | undefined;
}

const DAY_SECONDS = 24 * 3_600;
/** Stands for whatever address the server has: cookies are the host's that set them. */
const BASE_URL = "http://console.invalid";

/** Loads `better-auth` upon this database. That takes a while, so it is done when somebody comes. */
export async function loadAuth(options: AuthOptions): Promise<Auth> {
  const { betterAuth } = await import("better-auth");
  const auth = betterAuth(await settingsOf(options));
  const context = await auth.$context;
  const { internalAdapter: users, password: passwords } = context;
  const setPassword = async (id: string, password: string) => {
    await users.updatePassword(id, await passwords.hash(password));
    await users.deleteUserSessions(id);
  };
  return {
    handler: (request) => auth.handler(atBase(request)),
    userOf: async (headers) => {
      const found = await auth.api.getSession({ headers });
      const user = found?.user as AuthUser | undefined;
      return user?.blocked ? undefined : user;
    },
    createUser: async ({ password, ...user }) => {
      const created = await users.createUser({ ...user, emailVerified: false, blocked: false }, { method: "admin" });
      const hash = await passwords.hash(password);
      await users.linkAccount({
        userId: created.id,
        accountId: created.id,
        providerId: "credential",
        password: hash,
      } as never);
      return created as AuthUser;
    },
    updateUser: async (id, change) => void (await users.updateUser(id, change)),
    setPassword,
    endSessions: async (id) => void (await users.deleteUserSessions(id)),
  };
}

async function settingsOf({ storage, log, secret, isSecure, passwordLength, passwords }: AuthOptions) {
  const { twoFactor } = await import("better-auth/plugins/two-factor");
  const forUs = { input: false, required: false } as const;
  return {
    appName: "XiaoZhi",
    baseURL: BASE_URL,
    secret,
    telemetry: { enabled: false },
    logger: { log: (level: string, message: string) => log.debug({ level }, `accounts: ${message}`) },
    database: { db: storage.db as never, type: storage.engine },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: passwordLength,
      maxPasswordLength: 128,
      ...(passwords && { password: passwords }),
    },
    user: {
      modelName: "users",
      additionalFields: {
        role: { type: "string" as const, defaultValue: "user", ...forUs },
        blocked: { type: "boolean" as const, defaultValue: false, ...forUs },
      },
    },
    session: { modelName: "user_sessions", expiresIn: 14 * DAY_SECONDS, updateAge: DAY_SECONDS },
    account: { modelName: "user_credentials" },
    verification: { modelName: "user_verifications" },
    plugins: [twoFactor({ issuer: "XiaoZhi", schema: { twoFactor: { modelName: "user_second_factors" } } })],
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: "xiaozhi",
      useSecureCookies: isSecure,
      // Whoever hands a request over has looked at where it comes from.
      disableOriginCheck: true,
      disableCSRFCheck: true,
      ipAddress: { disableIpTracking: true },
    },
    databaseHooks: {
      session: { create: { before: async ({ userId }) => refuseBlocked(storage, userId) } },
    },
  } satisfies BetterAuthOptions;
}

/** A blocked account gets no login, whatever its password. */
async function refuseBlocked({ db }: Storage, id: string): Promise<void> {
  const user = await db.selectFrom("users").select("blocked").where("id", "=", id).executeTakeFirst();
  if (!user?.blocked) return;
  const { APIError } = await import("better-auth/api");
  throw new APIError("FORBIDDEN", { code: "account-blocked", message: "This account is blocked." });
}

/** The same request at the one address that the settings know. */
function atBase(request: Request): Request {
  const { pathname, search } = new URL(request.url);
  return new Request(BASE_URL + pathname + search, request);
}
