import type { Server } from "node:net";
import type { Clock } from "../../protocol/clock.ts";
import { toHex } from "../../protocol/hex.ts";
import type { Config } from "../config/schema.ts";
import { ConfigError } from "../errors.ts";
import type { TlsPortOptions } from "../gateway/mqtt/tls-port.ts";
import type { Log } from "../log.ts";
import { lanAddress } from "../ota/lan-address.ts";
import { ownAuthority, ownAuthorityFile, ownCertificate, ownFiles } from "../tls/own-authority.ts";
import { TlsDoor } from "../tls/tls-door.ts";

/** The server's own authority, in the place of a file. */
const OWN = "own";

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
  const { cert, key, own, client_doors: doors, required: isRequired } = server.tls;
  const shared = { clientCaFile: clientCaFile(server.tls, dataDirectory), isRequired, clock, log };
  if (own) {
    if (cert !== "")
      throw new ConfigError("config-invalid", "config-invalid: server.tls: expected own or cert, got both");
    const made = ownCertificate(dataDirectory, [...new Set([lanAddress(), "127.0.0.1"])]);
    return portsBehind(new TlsDoor({ ...made, ...shared }), toHex(made.authority), doors);
  }
  if (cert === "") return undefined;
  return portsBehind(new TlsDoor({ certFile: cert, keyFile: key, ...shared }), undefined, doors);
}

/** What the port for MQTT over TLS shows, and who may come; undefined where there is none. */
export function mqttCertificate(
  { gateway, server }: Config,
  dataDirectory: string,
): Pick<TlsPortOptions, "certFile" | "keyFile" | "clientCaFile"> | undefined {
  const { tls_cert: certFile, tls_key: keyFile } = gateway;
  if (certFile === "" && !server.tls.own) return undefined;
  const files = certFile === "" ? ownFiles(dataDirectory) : { certFile, keyFile };
  return {
    ...files,
    clientCaFile: server.tls.client_doors.includes("mqtt") ? clientCaFile(server.tls, dataDirectory) : "",
  };
}

/** The file of the authority of devices' certificates; empty: devices show none. */
function clientCaFile({ client_ca: file }: Config["server"]["tls"], dataDirectory: string): string {
  if (file !== OWN) return file;
  ownAuthority(dataDirectory);
  return ownAuthorityFile(dataDirectory);
}

function portsBehind(door: TlsDoor, authority: string | undefined, doors: readonly string[]): TlsPorts {
  const guard: TlsPorts["guard"] = (gateway, web, ...others) => {
    door.guard(gateway, doors.includes("websocket") ? "demanded" : "unasked");
    // People come here, too, and programs: who is a device must show who it is, as `demandCertificate` sees to.
    door.guard(web, doors.includes("http") ? "asked" : "unasked");
    for (const other of others) other?.guard(door);
  };
  return { door, authority, guard };
}
