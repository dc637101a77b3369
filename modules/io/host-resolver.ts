import { contained } from "../system/contained.ts";
import { resolveName } from "./resolve.ts";

interface Resolution {
  readonly host: string;
  readonly onResolved: (host: string, address: string) => void;
  readonly onError?: (host: string) => void;
}

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/**
 * Name resolution by the platform, in the form that the SDK's clients ask for. The SDK's own resolver talks to fixed
 * public servers, which a closed network does not reach.
 */
export class HostResolver {
  readonly #isWanted: () => boolean;

  /** `isWanted`: whether an answer is still of use; clients of the SDK break when one comes after their end. */
  constructor({ isWanted = () => true }: { readonly isWanted?: () => boolean } = {}) {
    this.#isWanted = isWanted;
  }

  resolve({ host, onResolved, onError }: Resolution): void {
    if (IPV4.test(host)) return onResolved(host, host);
    resolveName(host, (address) => {
      if (!this.#isWanted()) return;
      contained("resolver", () => (address ? onResolved(host, address) : onError?.(host)));
    });
  }

  close(): void {}
}
