/** What a light device gets of its connection. */
export interface LightEvents {
  onMessage(message: Readonly<Record<string, unknown>>): void;
  /** One packet of sound. */
  onAudio(): void;
  onClose(): void;
}

/** A light device's connection, in a session. */
export interface LightLink {
  send(message: object): void;
  sendAudio(packet: Uint8Array): void;
  close(): void;
}

/** Who a light device is, and where its server wants it: an answer to its version check. */
export interface LightAddress {
  readonly mac: string;
  readonly clientId: string;
  readonly websocket?: { readonly url: string; readonly token?: string };
  readonly mqtt?: Readonly<Record<string, unknown>>;
}

/** What a device says first. */
export function helloOf(transport: "websocket" | "udp"): object {
  const audio_params = { format: "opus", sample_rate: 16_000, channels: 1, frame_duration: 60 };
  const version = transport === "udp" ? 3 : 1;
  return { type: "hello", version, transport, features: { mcp: false }, audio_params };
}

/** Parses a message; what is none says nothing. */
export function readMessage(text: string): Readonly<Record<string, unknown>> {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === "object" && message !== null ? (message as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
