/** The key of the logins in this bench. */
export const SIGNATURE_KEY = "BenchSignature";

/** The key of all audio where there is no login; hexadecimal. */
export const RAW_KEY = "00112233445566778899aabbccddeeff";

/** Sizes tell frames apart without decrypting them: those of the warm-up, counted ones, and those that are timed, too. */
export const FRAME_BYTES = { warmUp: 119, counted: 120, timed: 121 } as const;
/** First byte of 60 ms of wide-band speech. */
const TOC = 0x58;
const SENT_AT_BYTE = 1;
const RECEIVED_AT_BYTE = 9;

const { timeOrigin } = performance;

/** ms since the epoch; load and gateway run on one computer, and so by one clock. */
export function timeOfComputer(): number {
  return timeOrigin + performance.now();
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** A frame that is timed, as it leaves its device. */
export function newFrame(): Uint8Array {
  const audio = new Uint8Array(FRAME_BYTES.timed);
  audio[0] = TOC;
  view(audio).setFloat64(SENT_AT_BYTE, timeOfComputer());
  return audio;
}

/** Writes into a frame that it has come through the gateway. */
export function stampReceived(audio: Uint8Array): void {
  view(audio).setFloat64(RECEIVED_AT_BYTE, timeOfComputer());
}

/** When a frame left its device, and when it had come through the gateway. */
export function readStamps(audio: Uint8Array): { readonly sentAt: number; readonly receivedAt: number } {
  return { sentAt: view(audio).getFloat64(SENT_AT_BYTE), receivedAt: view(audio).getFloat64(RECEIVED_AT_BYTE) };
}
