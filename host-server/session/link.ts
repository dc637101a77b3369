import type { Cancel } from "../../protocol/clock.ts";
import type { ServerHello } from "../../protocol/to-device.ts";

/** Who is at the other end of a link. */
export interface DeviceIdentity {
  /** MAC address as the device wrote it. */
  readonly deviceId: string;
  /** UUID of the device's installation; empty when it sent none. */
  readonly clientId: string;
  /** Address from which it came. */
  readonly ip: string;
  /** What it called this server, as in a header `Host`; undefined where nobody knows. */
  readonly host?: string | undefined;
  /** Whether it came over TLS. */
  readonly isEncrypted?: boolean;
}

/** What a link tells its session. */
export interface LinkEvents {
  /** Id of the session on the wire; empty until there is one. */
  readonly sessionId: string;
  /** One text message, as it came. */
  onText(text: string): void;
  /** One Opus packet, without framing; `timestamp` is what the device played when it was recorded, 0 for nothing. */
  onAudio(packet: Uint8Array, timestamp: number): void;
  /**
   * Says a text that nobody asked for, after what is being said now; resolves when it has been said. Absent where the
   * server at the other end cannot be asked for it.
   */
  readonly say?: ((text: string) => Promise<void>) | undefined;
  /** The connection is gone, whoever ended it; nothing follows. */
  onClose(): void;
}

/** What a session needs of a device's connection, whatever carries it. */
export interface DeviceLink {
  readonly device: DeviceIdentity;
  /** Name of the transport in hello: `websocket` or `udp`. */
  readonly transport: string;
  /** What the server's hello says on this link beside what it says on every other. */
  readonly greeting?: Pick<ServerHello, "version" | "udp">;
  /** Says who hears of this link; until then nothing is delivered and nothing is lost. */
  attach(events: LinkEvents): void;
  /** Sends one text message; dropped when the link is closed. */
  sendText(text: string): void;
  /** Sends one Opus packet; dropped when the link is closed. Without a `timestamp` the link makes one where it needs it. */
  sendAudio(packet: Uint8Array, timestamp?: number): void;
  /** Ends the connection in good order. */
  close(): void;
}

/** Takes note of a connection of a device, which `end` ends; gives what takes note of its end. */
export type HoldDevice = (deviceId: string, end: () => void) => Cancel;

/** What is given where there is nobody to take note. */
export const notHeld: Cancel = () => {};
