import { signToken, type TokenOwner, verifyToken } from "./token.ts";

/** Who may connect. */
export interface AccessOptions {
  readonly isEnabled: boolean;
  /** Device ids that need no token. */
  readonly allowedDevices: readonly string[];
  readonly expireSeconds: number;
  readonly secret: string;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Hands out tokens in the version check and checks them when devices connect. */
export class Access {
  readonly #options: AccessOptions;
  readonly #allowed: ReadonlySet<string>;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#allowed = new Set(options.allowedDevices.map((id) => id.toLowerCase()));
  }

  /** The token for a device; empty when it needs none. */
  tokenFor(owner: TokenOwner): string {
    return this.#needsToken(owner) ? signToken(this.#options.secret, owner, this.#seconds()) : "";
  }

  /** Whether a device may come in with this token. */
  isAllowed(owner: TokenOwner & { readonly token: string }): boolean {
    if (!this.#needsToken(owner)) return true;
    const { secret, expireSeconds } = this.#options;
    return verifyToken(secret, owner, owner.token, { now: this.#seconds(), expireSeconds });
  }

  #needsToken({ deviceId }: TokenOwner): boolean {
    return this.#options.isEnabled && !this.#allowed.has(deviceId.toLowerCase());
  }

  #seconds(): number {
    return Math.floor(this.#options.now() / 1000);
  }
}
