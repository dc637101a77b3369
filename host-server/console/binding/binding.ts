import type { OtaActivation } from "../../../protocol/ota.ts";
import { codeFor } from "../../storage/fleet/activation-codes.ts";
import type { Storage } from "../../storage/storage.ts";

export interface BindingOptions {
  readonly storage: Storage;
  /** Whether devices must be bound. */
  readonly isRequired: () => boolean;
  readonly isBound: (deviceId: string) => boolean;
  /** What an unbound device says; `{code}` stands for the code. */
  readonly prompt: () => string;
  /** Address of the console for people. */
  readonly url: () => string;
}

/** What the version check and a session need to know of a device that nobody has bound. */
export class Binding {
  readonly #options: BindingOptions;

  constructor(options: BindingOptions) {
    this.#options = options;
  }

  /** Whether a device is to say its code instead of answering. */
  isMissing(deviceId: string): boolean {
    return this.#options.isRequired() && !this.#options.isBound(deviceId);
  }

  /** What the version check tells a device that nobody has bound; undefined for others. @throws StorageError */
  async activationFor(
    deviceId: string,
    told: { readonly board: string; readonly version: string },
  ): Promise<OtaActivation | undefined> {
    if (!this.isMissing(deviceId)) return undefined;
    const code = await codeFor(this.#options.storage, deviceId, told);
    // Devices show the message beside the code; the reference's says where to enter it.
    return { code, message: `${this.#options.url()}\n${code}`, challenge: deviceId };
  }

  /** What an unbound device says: its code digit by digit. @throws StorageError */
  async words(deviceId: string): Promise<string> {
    const code = await codeFor(this.#options.storage, deviceId, { board: "", version: "" });
    return this.#options.prompt().replaceAll("{code}", [...code].join(" "));
  }
}
