import Bin from "bin";
import { frozen } from "protocol/frozen";

interface SessionKey {
  readonly id: ArrayBuffer;
  readonly secret: ArrayBuffer;
}

/** Modules lie in flash, where nothing can be kept; the global object does not. */
interface Keeper {
  lastTlsSession?: (SessionKey & { readonly host: string }) | undefined;
}

const keeper = () => globalThis as Keeper;

/**
 * The last TLS session, so that the next connection to the same server needs no public-key arithmetic (RFC 5246
 * §F.1.4). In place of the SDK's own `ssl/cache`, which keeps it in the module itself.
 */
export default frozen({
  getByHost(host: string): SessionKey | undefined {
    const { lastTlsSession } = keeper();
    return lastTlsSession?.host === host ? lastTlsSession : undefined;
  },

  getByID(id: ArrayBuffer): SessionKey | undefined {
    const { lastTlsSession } = keeper();
    return lastTlsSession && Bin.comp(id, lastTlsSession.id) === 0 ? lastTlsSession : undefined;
  },

  saveSession(host: string, id: ArrayBuffer, secret: ArrayBuffer): void {
    keeper().lastTlsSession = { host, id, secret };
  },

  deleteSessionID(): void {
    keeper().lastTlsSession = undefined;
  },
});
