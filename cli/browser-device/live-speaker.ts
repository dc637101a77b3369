import { BINARY } from "../../host-server/browser-device/messages.ts";
import { Speaker } from "../../simulator/audio/speaker.ts";

const HEADER_BYTES = 4;

/** The speaker of a browser: what the device plays is sent there, and silence is not. */
export class LiveSpeaker extends Speaker {
  readonly #send: (bytes: Uint8Array) => void;

  constructor(send: (bytes: Uint8Array) => void) {
    super();
    this.#send = send;
  }

  override play(block: Int16Array, sampleRate: number, at: number, written: number): void {
    super.play(block, sampleRate, at, written);
    if (written === 0) return;
    const bytes = Buffer.alloc(HEADER_BYTES + written * 2);
    bytes[0] = BINARY.sound;
    bytes.writeUInt16LE(sampleRate / 100, 2);
    for (let at = 0; at < written; at++) bytes.writeInt16LE(block[at] as number, HEADER_BYTES + at * 2);
    this.#send(bytes);
  }
}
