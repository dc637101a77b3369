import { GuardedTCP } from "./guarded-tcp.ts";
import { GuardedTLS } from "./guarded-tls.ts";

/** What the SDK's WebSocket client asks for, and what the reference's server takes for the request of a WebSocket, and nothing else. */
const BOTH = "\r\nConnection: keep-alive, Upgrade\r\n";
const UPGRADE = "\r\nConnection: Upgrade\r\n";

function plainRequest(request: ArrayBuffer | Uint8Array): ArrayBuffer {
  const bytes = request instanceof Uint8Array ? request.slice().buffer : request;
  return ArrayBuffer.fromString(String.fromArrayBuffer(bytes).replace(BOTH, UPGRADE));
}

/** A TCP socket for a WebSocket: its first message, the request, asks for nothing but that. */
export class UpgradingTCP extends GuardedTCP {
  #isAsked = false;

  override write(data: ArrayBuffer | Uint8Array): number | undefined {
    if (this.#isAsked) return super.write(data) as number | undefined;
    this.#isAsked = true;
    return super.write(plainRequest(data)) as number | undefined;
  }
}

/** The same over TLS. */
export class UpgradingTLS extends GuardedTLS {
  #isAsked = false;

  override write(data: ArrayBuffer | Uint8Array, options?: object): number {
    if (this.#isAsked) return super.write(data, options);
    this.#isAsked = true;
    return super.write(plainRequest(data), options);
  }
}
