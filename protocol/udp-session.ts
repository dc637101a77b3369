import { ProtocolError, shown } from "./errors.ts";
import { Fields } from "./fields.ts";
import { fromHex } from "./hex.ts";
import type { ServerHello } from "./to-device.ts";

/** Version of the hello on MQTT, which servers insist on. */
export const UDP_HELLO_VERSION = 3;

/** Where the audio of a session goes, and how it is encrypted. */
export interface UdpSession {
  /** A name or an IPv4 address. */
  readonly host: string;
  readonly port: number;
  /** 16 bytes: AES-128. */
  readonly key: Uint8Array;
  /** 16 bytes: the pattern of every packet's header. */
  readonly nonce: Uint8Array;
}

const KEY_BYTES = 16;

function bytes(fields: Fields, member: string): Uint8Array {
  const result = fromHex(fields.string(member), KEY_BYTES);
  if (!result) {
    // The value may be a key: it does not belong in a log.
    throw new ProtocolError("message-invalid", `hello.udp.${member}`, "expected 32 hexadecimal digits");
  }
  return result;
}

/**
 * What a server's hello on MQTT says about the audio. Its `encryption` is not read: there is only one.
 *
 * @throws ProtocolError `message-invalid`, naming the member
 */
export function readUdpSession({ transport, udp }: ServerHello): UdpSession {
  if (transport !== "udp") {
    throw new ProtocolError("message-invalid", "hello.transport", `expected "udp", got ${shown(transport)}`);
  }
  if (!udp) throw new ProtocolError("message-invalid", "hello.udp", "expected an object, got nothing");
  const fields = new Fields(udp, "hello.udp");
  const host = fields.string("server");
  if (host === "") throw new ProtocolError("message-invalid", "hello.udp.server", 'expected a host, got ""');
  const { port } = udp;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 1 || port > 65535) {
    throw new ProtocolError("message-invalid", "hello.udp.port", `expected a port from 1 to 65535, got ${shown(port)}`);
  }
  return { host, port, key: bytes(fields, "key"), nonce: bytes(fields, "nonce") };
}

/**
 * What a device says of itself to a gateway behind a broker, on its own topic: that it has connected, and, as its MQTT
 * will, that it is gone.
 */
export const ONLINE = "online";
export const OFFLINE = "offline";
