import { signToken, type TokenOwner, verifyToken } from "./token.ts";

/** Who may connect. */
export interface AccessSettings {
  readonly isEnabled: boolean;
  /** Device ids that need no token. */
  readonly allowedDevices: readonly string[];
  readonly expireSeconds: number;
  /** The secret before this one: its tokens are good until they expire; empty: there is none. */
  readonly previousSecret: string;
}

export interface AccessOptions extends AccessSettings {
  readonly secret: string;
  /** From when on (ms since the epoch) tokens of a device are good; 0: all. */
  readonly accessFrom?: ((deviceId: string) => number) | undefined;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Hands out tokens in the version check and checks them when devices connect. */
export class Access {
  #options: AccessOptions;
  #allowed: ReadonlySet<string>;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#allowed = lowerCase(options.allowedDevices);
  }

  /** From now on these settings hold; tokens that were handed out stay good. */
  update(settings: AccessSettings): void {
    this.#options = { ...this.#options, ...settings };
    this.#allowed = lowerCase(settings.allowedDevices);
  }

  /** The token for a device; empty when it needs none. */
  tokenFor(owner: TokenOwner): string {
    return this.#needsToken(owner) ? signToken(this.#options.secret, owner, this.#seconds()) : "";
  }

  /** Whether a device may come in with this token. */
  isAllowed(owner: TokenOwner & { readonly token: string }): boolean {
    if (!this.#needsToken(owner)) return true;
    const { secret, previousSecret, expireSeconds, accessFrom } = this.#options;
    const from = Math.floor((accessFrom?.(owner.deviceId) ?? 0) / 1000);
    const span = { now: this.#seconds(), expireSeconds, from };
    const isGood = (key: string) => verifyToken(key, owner, owner.token, span);
    return isGood(secret) || (previousSecret !== "" && isGood(previousSecret));
  }

  /** Whether the configuration names a device as one that needs no token. */
  isFree(deviceId: string): boolean {
    return this.#allowed.has(deviceId.toLowerCase());
  }

  #needsToken({ deviceId }: TokenOwner): boolean {
    return this.#options.isEnabled && !this.#allowed.has(deviceId.toLowerCase());
  }

  #seconds(): number {
    return Math.floor(this.#options.now() / 1000);
  }
}

function lowerCase(ids: readonly string[]): ReadonlySet<string> {
  return new Set(ids.map((id) => id.toLowerCase()));
}
