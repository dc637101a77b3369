import { createHmac, randomUUID } from "node:crypto";
import { isSameSecret } from "../../secret.ts";

/** ms that a browser stays known after its last login. */
const KNOWN_MS = 365 * 24 * 3_600_000;
const COOKIE = "xiaozhi.known";
const SESSION = /(^|;\s*)(__Secure-)?xiaozhi\.session_token=[^;]/;

/** What browsers are marked with. */
export interface KnownBrowserOptions {
  /** What the mark is signed with. */
  readonly secret: string;
  /** Whether the cookie is for HTTPS alone. */
  readonly isSecure: boolean;
}

/**
 * Browsers in which somebody has logged in to an account before. Each has a cookie for each of its accounts, signed by the server:
 * it opens nothing, and says that tries from there are no stranger's.
 */
export class KnownBrowsers {
  readonly #options: KnownBrowserOptions;

  constructor(options: KnownBrowserOptions) {
    this.#options = options;
  }

  /** Id of the browser, where this account was logged in to from it before; undefined for a stranger's. */
  idOf(cookies: string, email: string): string | undefined {
    const name = this.#nameFor(email);
    const value = cookies
      .split(/;\s*/)
      .find((cookie) => cookie.startsWith(`${name}=`))
      ?.slice(name.length + 1);
    const [id = "", signature = ""] = value?.split(".") ?? [];
    return id !== "" && isSameSecret(signature, this.#sign(id, email)) ? id : undefined;
  }

  /** The cookie with which a browser is known from now on; undefined where this answer is no login. */
  markFor(answer: Response, email: string): string | undefined {
    if (!answer.ok || !answer.headers.getSetCookie().some((cookie) => SESSION.test(cookie))) return undefined;
    const id = randomUUID();
    const more = `Max-Age=${KNOWN_MS / 1000}; Path=/api/auth; HttpOnly; SameSite=Lax`;
    const secure = this.#options.isSecure ? "; Secure" : "";
    return `${this.#nameFor(email)}=${id}.${this.#sign(id, email)}; ${more}${secure}`;
  }

  /** One for each account, without saying whose it is. */
  #nameFor(email: string): string {
    return `${COOKIE}_${this.#sign("name", email).slice(0, 16)}`;
  }

  #sign(id: string, email: string): string {
    return createHmac("sha256", this.#options.secret).update(`known browser\n${id}\n${email}`).digest("hex");
  }
}
