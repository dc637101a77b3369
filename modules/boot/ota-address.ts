import { SERVICE_TYPE } from "../../protocol/ota.ts";
import type { Words } from "../system/words.ts";

export interface OtaAddressOptions {
  /** What the user or the build has chosen; undefined when nobody has. */
  readonly chosen: () => string | undefined;
  /** Looks for a server in the local network. */
  readonly search: () => Promise<string | undefined>;
  readonly words: Words;
  /** A line that the user should see. */
  readonly onAlert: (text: string, picture?: string) => void;
}

/** No server is known, and none is near. */
export class NoServerError extends Error {
  override readonly name = "NoServerError";
  readonly code = "no-server";
}

/**
 * Where to check the version. Without a chosen address that is a server of the local network; it is used until it
 * fails, and never stored: the next start may be somewhere else.
 */
export class OtaAddress {
  readonly #options: OtaAddressOptions;
  #found: string | undefined;
  #hasAlerted = false;

  constructor(options: OtaAddressOptions) {
    this.#options = options;
  }

  /** @throws NoServerError after a search in vain */
  async find(): Promise<string> {
    const { chosen, search, words, onAlert } = this.#options;
    const known = chosen() ?? this.#found;
    if (known !== undefined) return known;
    this.#found = await search();
    if (this.#found !== undefined) return this.#found;
    if (!this.#hasAlerted) onAlert(words.noServerNear, "cloud_off");
    this.#hasAlerted = true;
    throw new NoServerError(`nobody in this network answers as ${SERVICE_TYPE}, and no address is set`);
  }

  /** The server did not answer as one: if it was found, the next time is looked again. */
  forget(): void {
    this.#found = undefined;
  }
}
