import type { Clock } from "../../../protocol/clock.ts";
import { createDevice, getDevice, updateDevice } from "../../storage/devices.ts";
import { takeCode } from "../../storage/fleet/activation-codes.ts";
import type { Storage } from "../../storage/storage.ts";
import type { Principal } from "../accounts/principal.ts";
import { Throttle } from "../accounts/throttle.ts";
import { ConsoleError } from "../errors.ts";
import { present } from "../http/present.ts";

/** Wrong codes of one account in the time: with a million codes nobody finds another's device. */
const TRIES = 10;
const WINDOW_MS = 15 * 60_000;

/** Makes devices somebody's, by the code that they say. */
export class Binder {
  readonly #storage: Storage;
  readonly #throttle: Throttle;

  constructor(storage: Storage, clock: Clock) {
    this.#storage = storage;
    this.#throttle = new Throttle({ clock, tries: TRIES, windowMs: WINDOW_MS });
  }

  /** Gives the device's id. @throws ConsoleError `code-unknown`, `too-many` */
  async bind(
    { id: owner }: Principal,
    {
      code,
      agent,
      alias,
    }: { readonly code: string; readonly agent?: string | undefined; readonly alias?: string | undefined },
  ): Promise<string> {
    const seconds = this.#throttle.take(owner);
    if (seconds > 0) throw new ConsoleError(429, "too-many", `try again in ${seconds} seconds`);
    const found = await takeCode(this.#storage, code);
    if (!found) throw new ConsoleError(404, "code-unknown", `no device waits with the code ${code}`, "code");
    this.#throttle.clear(owner);
    const { device, board, version } = found;
    const known = await getDevice(this.#storage, device);
    const values = present({ owner, agent, alias });
    if (known) await updateDevice(this.#storage, device, values);
    else await createDevice(this.#storage, device, { ...values, board, version });
    return device;
  }
}
