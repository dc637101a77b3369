import type { Log } from "../../log.ts";
import { ownerOfToken, TOKEN_PREFIX } from "../../storage/accounts/api-tokens.ts";
import { countUsers, getUser, type UserRecord } from "../../storage/accounts/users.ts";
import { noteChange } from "../../storage/audit-log.ts";
import type { Storage } from "../../storage/storage.ts";
import { ConsoleError } from "../errors.ts";
import { type Auth, loadAuth, type PasswordHashing } from "./auth.ts";
import { KnownBrowsers } from "./known-browser.ts";
import { LoginTries, type LoginTry } from "./login-tries.ts";
import { checkPassword } from "./password-rules.ts";
import type { Principal } from "./principal.ts";

/** What of `better-auth` is open; by these names it is in the audit log. */
export const OPEN_PATHS: ReadonlySet<string> = new Set([
  "sign-up/email",
  "sign-in/email",
  "sign-out",
  "get-session",
  "change-password",
  "update-user",
  "list-sessions",
  "revoke-session",
  "revoke-other-sessions",
  "two-factor/enable",
  "two-factor/disable",
  "two-factor/verify-totp",
  "two-factor/verify-backup-code",
  "two-factor/generate-backup-codes",
  "two-factor/get-totp-uri",
]);
/** Where a secret is tried, and guessing must be slow. */
const GUESSABLE = /^(sign-in\/email|sign-up\/email|change-password|two-factor\/(?!get))/;
const PREFIX = "/api/auth/";

export interface AccountsOptions {
  readonly storage: Storage;
  readonly log: Log;
  readonly secret: string;
  readonly isSecure: boolean;
  readonly passwordLength: number;
  readonly passwords?: PasswordHashing | undefined;
  /** Whether visitors may make accounts beside the first. */
  readonly allowsRegistration: () => boolean;
}

/** Who may use the console, and who asks. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #tries: LoginTries;
  readonly #browsers: KnownBrowsers;
  #auth: Promise<Auth> | undefined;
  #signUps: Promise<unknown> = Promise.resolve();

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#tries = new LoginTries(options.storage.clock);
    this.#browsers = new KnownBrowsers(options);
  }

  /** Whether the next account is the first administrator's. */
  async needsFirst(): Promise<boolean> {
    return (await countUsers(this.#options.storage, "administrator")) === 0;
  }

  get auth(): Promise<Auth> {
    this.#auth ??= loadAuth(this.#options).catch((error: unknown) => {
      this.#auth = undefined;
      throw error;
    });
    return this.#auth;
  }

  /** Answers a request below `/api/auth/`. @throws ConsoleError */
  async answer(request: Request, address: string): Promise<Response> {
    const path = new URL(request.url).pathname.slice(PREFIX.length);
    if (!OPEN_PATHS.has(path)) throw new ConsoleError(404, "not-found", `there is no ${path}`);
    const body = request.method === "POST" ? await request.text() : undefined;
    const values = valuesIn(body);
    const claimed = path.startsWith("sign-") ? values.email : undefined;
    const target = claimed ?? (await this.principalOf(request.headers))?.email ?? "";
    const email = target.toLowerCase();
    const given = { address, email, browser: this.#browsers.idOf(request.headers.get("cookie") ?? "", email) };
    if (GUESSABLE.test(path)) this.#count(given);
    const password =
      path === "change-password" ? values.newPassword : path === "sign-up/email" ? values.password : undefined;
    if (password !== undefined) checkPassword(password, this.#options.passwordLength, [target, values.name ?? ""]);
    const call = () => this.#call(request, body);
    const response = path === "sign-up/email" ? await this.#signUp(call) : await call();
    if (response.ok && GUESSABLE.test(path)) this.#tries.clear(given);
    if (request.method === "POST") await this.#note(path, response, { target, address });
    return this.#marked(response, target);
  }

  /** Who asks: by the token of a program or by cookie; undefined for a visitor. */
  async principalOf(headers: Headers): Promise<Principal | undefined> {
    const { storage } = this.#options;
    const bearer = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1];
    if (bearer !== undefined) {
      if (!bearer.startsWith(TOKEN_PREFIX)) return undefined;
      const owner = await ownerOfToken(storage, bearer);
      const user = owner === undefined ? undefined : await getUser(storage, owner);
      return user && !user.isBlocked ? toPrincipal(user) : undefined;
    }
    if (!/(^|;\s*)(__Secure-)?xiaozhi\.session_token=/.test(headers.get("cookie") ?? "")) return undefined;
    const user = await (await this.auth).userOf(headers);
    return user && toPrincipal({ ...user, role: user.role ?? "user", hasSecondFactor: user.twoFactorEnabled === true });
  }

  async #call(request: Request, body: string | undefined): Promise<Response> {
    const { url, method, headers } = request;
    const auth = await this.auth;
    return auth.handler(new Request(url, { method, headers, ...(body !== undefined && { body }) }));
  }

  /** One after the other, so that only one is the first. */
  #signUp(call: () => Promise<Response>): Promise<Response> {
    const work = this.#signUps.then(async () => {
      const isFirst = await this.needsFirst();
      if (!isFirst && !this.#options.allowsRegistration()) {
        throw new ConsoleError(403, "registration-closed", "an administrator makes accounts here");
      }
      const response = await call();
      if (isFirst && response.ok) await this.#promote(response);
      return response;
    });
    this.#signUps = work.catch(() => {});
    return work;
  }

  async #promote(response: Response): Promise<void> {
    const { user } = (await response.clone().json()) as { user: { id: string } };
    await (await this.auth).updateUser(user.id, { role: "administrator" });
    this.#options.log.info({ account: user.id }, "the first account of the console was made: it is administrator");
  }

  /** After a login its browser is known. */
  async #marked(response: Response, target: string): Promise<Response> {
    const cookie = this.#browsers.markFor(response, (target || (await emailIn(response))).toLowerCase());
    if (cookie === undefined) return response;
    const marked = new Response(response.body, response);
    marked.headers.append("Set-Cookie", cookie);
    return marked;
  }

  #count(given: LoginTry): void {
    const seconds = this.#tries.take(given);
    if (seconds > 0) throw new ConsoleError(429, "too-many", `try again in ${seconds} seconds`);
  }

  async #note(
    path: string,
    response: Response,
    { target, address }: { target: string; address: string },
  ): Promise<void> {
    // A visitor who ends a login that he has not would fill the log.
    if (path === "get-session" || target === "") return;
    const action = response.ok ? path : `${path} refused`;
    const entry = { actor: target, action, entity: "account", subject: target, detail: { address } };
    await noteChange(this.#options.storage, entry);
  }
}

function toPrincipal({ id, name, email, role, hasSecondFactor }: Pick<UserRecord, keyof Principal>): Principal {
  return { id, name, email, role: role === "administrator" ? "administrator" : "user", hasSecondFactor };
}

/** E-mail of the account that an answer is about: a second factor is given without it. */
async function emailIn(response: Response): Promise<string> {
  if (!response.ok || response.headers.getSetCookie().length === 0) return "";
  try {
    const { user } = (await response.clone().json()) as { readonly user?: { readonly email?: unknown } };
    return typeof user?.email === "string" ? user.email : "";
  } catch {
    // It is about nobody.
    return "";
  }
}

interface Given {
  readonly email?: string;
  readonly name?: string;
  readonly password?: string;
  readonly newPassword?: string;
}

/** The texts of a body; `better-auth` says what is wrong with it. */
function valuesIn(body: string | undefined): Given {
  try {
    const values = Object.entries(JSON.parse(body ?? "{}") as object).filter(([, value]) => typeof value === "string");
    return Object.fromEntries(values);
  } catch {
    return {};
  }
}
