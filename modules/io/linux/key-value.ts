import Preference from "preference";
import { frozen } from "protocol/frozen";

type Value = string | number;

/**
 * One namespace of the platform's preferences in the form of `embedded:storage/key-value`, which the SDK lacks on
 * Linux.
 */
class PreferenceStorage {
  readonly #domain: string;

  constructor(domain: string) {
    this.#domain = domain;
  }

  read(key: string): Value | undefined {
    const value = Preference.get(this.#domain, key);
    return typeof value === "string" || typeof value === "number" ? value : undefined;
  }

  write(key: string, value: Value): void {
    Preference.set(this.#domain, key, value);
  }

  delete(key: string): void {
    Preference.delete(this.#domain, key);
  }

  close(): void {}
}

export default frozen({
  open: ({ path }: { readonly path: string }) => new PreferenceStorage(path),
});
