import { GuardedTCP } from "./guarded-tcp.ts";
import { GuardedTLS } from "./guarded-tls.ts";
import { UpgradingTCP, UpgradingTLS } from "./upgrading-socket.ts";

/** The other end of a connection. */
export interface Peer {
  /** Name or IPv4 address; with TLS, its certificate must be for this. */
  readonly host: string;
  readonly isSecure: boolean;
  /** Certificate (DER) of an own authority that is trusted beside the public ones. */
  readonly authority?: ArrayBuffer | undefined;
}

/** How a client of the SDK is told what to connect with. */
export interface ClientSocket {
  readonly io: new (options: never) => object;
  readonly secure?: { readonly serverName: string; readonly certificate?: ArrayBuffer };
}

/** The `socket` option of the SDK's HTTP and MQTT clients: plain TCP, or TLS whose faults are errors. */
export function clientSocket(peer: Peer): ClientSocket {
  return peer.isSecure ? { io: GuardedTLS, secure: trustIn(peer) } : { io: GuardedTCP };
}

/** The same for its WebSocket client. */
export function upgradingSocket(peer: Peer): ClientSocket {
  return peer.isSecure ? { io: UpgradingTLS, secure: trustIn(peer) } : { io: UpgradingTCP };
}

function trustIn({ host, authority }: Peer): NonNullable<ClientSocket["secure"]> {
  return { serverName: host, ...(authority && { certificate: authority }) };
}
