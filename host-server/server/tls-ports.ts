import type { Server } from "node:net";
import type { Clock } from "../../protocol/clock.ts";
import { toHex } from "../../protocol/hex.ts";
import type { Config } from "../config/schema.ts";
import { ConfigError } from "../errors.ts";
import type { Log } from "../log.ts";
import { lanAddress } from "../ota/lan-address.ts";
import { ownCertificate } from "../tls/own-authority.ts";
import { TlsDoor } from "../tls/tls-door.ts";

/** What has ports of its own. */
interface Guarded {
  guard(door: TlsDoor): void;
}

/** TLS for the ports of this server, where the configuration has it. */
export interface TlsPorts {
  readonly door: TlsDoor;
  /** Puts the door before the ports, which are not yet open. */
  guard(gateway: Server, web: Server, ...others: readonly (Guarded | undefined)[]): void;
  /** Certificate of this server's own authority (DER, hexadecimal), which devices are told; undefined for another's. */
  readonly authority: string | undefined;
}

/**
 * What `server.tls` says; undefined where it says nothing.
 *
 * @throws ConfigError `config-invalid`
 */
export function createTlsPorts(
  { server }: Config,
  { clock, log, dataDirectory }: { readonly clock: Clock; readonly log: Log; readonly dataDirectory: string },
): TlsPorts | undefined {
  const { cert, key, own, client_ca: clientCaFile, required: isRequired } = server.tls;
  const shared = { clientCaFile, isRequired, clock, log };
  if (own) {
    if (cert !== "")
      throw new ConfigError("config-invalid", "config-invalid: server.tls: expected own or cert, got both");
    const made = ownCertificate(dataDirectory, [...new Set([lanAddress(), "127.0.0.1"])]);
    return portsBehind(new TlsDoor({ ...made, ...shared }), toHex(made.authority));
  }
  if (cert === "") return undefined;
  return portsBehind(new TlsDoor({ certFile: cert, keyFile: key, ...shared }), undefined);
}

function portsBehind(door: TlsDoor, authority: string | undefined): TlsPorts {
  const guard: TlsPorts["guard"] = (gateway, web, ...others) => {
    door.guard(gateway, true);
    door.guard(web);
    for (const other of others) other?.guard(door);
  };
  return { door, authority, guard };
}
