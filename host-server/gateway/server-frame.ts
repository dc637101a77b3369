/**
 * Audio between a gateway and a server, in binary WebSocket messages: a header of 16 bytes and one Opus packet. It is used
 * when the address that the gateway dials says so. Integers are big-endian:
 *
 * - server to gateway: u8 type (1), u8 0, u16 length, u32 number, u32 timestamp in ms, u32 length
 * - gateway to server: 8 bytes 0, u32 timestamp in ms, u32 length
 */
const HEADER_BYTES = 16;
const TYPE_AUDIO = 1;

/** An Opus packet and when it was sent or, from a device, when what it played meanwhile was sent; ms. */
export interface ServerFrame {
  readonly audio: Uint8Array;
  readonly timestamp: number;
}

/** Whether the link that this request target opens carries such frames. */
export function hasServerFrames(target: string): boolean {
  const query = target.indexOf("?");
  return query >= 0 && new URLSearchParams(target.slice(query + 1)).get("from") === "mqtt_gateway";
}

/** A frame as a server sends it; `sequence` counts from 0. */
export function frameFromServer({ audio, timestamp }: ServerFrame, sequence: number): Uint8Array {
  const { message, view } = framed(audio, timestamp);
  view.setUint8(0, TYPE_AUDIO);
  view.setUint16(2, audio.byteLength);
  view.setUint32(4, sequence);
  return message;
}

/** A frame as a gateway sends it. */
export function frameFromGateway({ audio, timestamp }: ServerFrame): Uint8Array {
  return framed(audio, timestamp).message;
}

/**
 * What is in a frame, whoever sent it: only the timestamp and the second length are read. undefined when there is less
 * than the header promises, or no audio.
 */
export function readServerFrame(message: Uint8Array): ServerFrame | undefined {
  if (message.byteLength < HEADER_BYTES) return undefined;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const end = HEADER_BYTES + view.getUint32(12);
  if (end === HEADER_BYTES || end > message.byteLength) return undefined;
  return { audio: message.subarray(HEADER_BYTES, end), timestamp: view.getUint32(8) };
}

function framed(audio: Uint8Array, timestamp: number): { message: Uint8Array; view: DataView } {
  const message = new Uint8Array(HEADER_BYTES + audio.byteLength);
  const view = new DataView(message.buffer);
  view.setUint32(8, timestamp);
  view.setUint32(12, audio.byteLength);
  message.set(audio, HEADER_BYTES);
  return { message, view };
}
