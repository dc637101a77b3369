import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { requestedHost } from "../ota/lan-address.ts";
import { isSameSecret } from "../secret.ts";

/** This computer's names for itself. */
const OWN = /^(localhost|127(\.\d+){3}|::1)$/;

/** ms for which a ticket opens the page, from when it was made. */
const TICKET_MS = 15 * 60_000;
/** Tickets at once; the oldest gives way. */
const MAX_TICKETS = 16;

export interface GuardOptions {
  /** `server.auth_key`; empty when there is none. */
  readonly authKey: () => string;
  readonly now: () => number;
  /** Whether somebody with an account of the console asks. */
  readonly isLoggedIn?: (headers: Headers) => Promise<boolean>;
}

/** Who may have a device in the browser: people at this computer, with an account, with the server's key or a ticket. */
export class Guard {
  readonly #options: GuardOptions;
  readonly #tickets = new Map<string, number>();

  constructor(options: GuardOptions) {
    this.#options = options;
  }

  /** A secret that opens the page for a while, for the phone of somebody who has it open. */
  ticket(): string {
    const ticket = randomBytes(18).toString("base64url");
    this.#tickets.set(ticket, this.#options.now() + TICKET_MS);
    const [oldest] = this.#tickets.keys();
    if (this.#tickets.size > MAX_TICKETS && oldest !== undefined) this.#tickets.delete(oldest);
    return ticket;
  }

  /** Without a key: whether it is somebody who needs none. */
  async isAllowed(request: IncomingMessage, key?: string): Promise<boolean> {
    if (isAtThisComputer(request) || (key !== undefined && this.#opens(key))) return true;
    const headers = new Headers({ cookie: request.headers.cookie ?? "" });
    return (await this.#options.isLoggedIn?.(headers)) ?? false;
  }

  #opens(key: string): boolean {
    const { authKey, now } = this.#options;
    const secret = authKey();
    if (secret !== "" && isSameSecret(key, secret)) return true;
    return (this.#tickets.get(key) ?? 0) > now();
  }
}

/** Whether a page of another place would be the one that asks: a browser says of which place its page is. */
export function isOfAnotherPlace({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  return origin !== undefined && origin.replace(/^https?:\/\//, "") !== host;
}

/**
 * By its address and by the name that it asked for: a name that a stranger has led here is none of this computer. What
 * was passed on says so.
 */
function isAtThisComputer({ socket, headers }: IncomingMessage): boolean {
  if (headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined) return false;
  const host = requestedHost(headers.host)?.replace(/^\[|\]$/g, "") ?? "";
  return OWN.test((socket.remoteAddress ?? "").replace("::ffff:", "")) && OWN.test(host);
}
