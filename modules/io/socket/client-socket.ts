import { GuardedTCP } from "./guarded-tcp.ts";
import { GuardedTLS } from "./guarded-tls.ts";

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

/** The `socket` option of the SDK's HTTP, WebSocket and MQTT clients: plain TCP, or TLS whose faults are errors. */
export function clientSocket({ host, isSecure, authority }: Peer): ClientSocket {
  if (!isSecure) return { io: GuardedTCP };
  return { io: GuardedTLS, secure: { serverName: host, ...(authority && { certificate: authority }) } };
}
