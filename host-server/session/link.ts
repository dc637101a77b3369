import type { ServerHello } from "../../protocol/to-device.ts";

/** Who is at the other end of a link. */
export interface DeviceIdentity {
  /** MAC address as the device wrote it. */
  readonly deviceId: string;
  /** UUID of the device's installation; empty when it sent none. */
  readonly clientId: string;
  /** Address from which it came. */
  readonly ip: string;
}

/** What a link tells its session. */
export interface LinkEvents {
  /** One text message, as it came. */
  onText(text: string): void;
  /** One Opus packet, without framing. */
  onAudio(packet: Uint8Array): void;
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
  /** Says who hears of this link, and its session's id; until then nothing is delivered and nothing is lost. */
  attach(events: LinkEvents, sessionId: string): void;
  /** Sends one text message; dropped when the link is closed. */
  sendText(text: string): void;
  /** Sends one Opus packet; dropped when the link is closed. */
  sendAudio(packet: Uint8Array): void;
  /** Ends the connection in good order. */
  close(): void;
}
