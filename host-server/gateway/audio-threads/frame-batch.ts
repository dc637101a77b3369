/** Bytes in front of each frame: number of its session (4), time (4), length (2); all big-endian. */
const HEAD_BYTES = 10;
const FIRST_BYTES = 4096;

/** Takes one frame of a batch; `audio` is a view of it. */
export type TakeFrame = (ssrc: number, timestamp: number, audio: Uint8Array) => void;

/** Frames of many sessions that go to another thread together: a message costs more than ten of them. */
export class FrameBatch {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** Adds a frame of at most 65,535 bytes; one without audio says that the device is there. */
  add(ssrc: number, timestamp: number, audio: Uint8Array): void {
    const end = this.#length + HEAD_BYTES + audio.byteLength;
    if (end > this.#bytes.byteLength) this.#grow(end);
    const bytes = this.#bytes;
    bytes.writeUInt32BE(ssrc, this.#length);
    bytes.writeUInt32BE(timestamp >>> 0, this.#length + 4);
    bytes.writeUInt16BE(audio.byteLength, this.#length + 8);
    bytes.set(audio, this.#length + HEAD_BYTES);
    this.#length = end;
  }

  /** All frames, as bytes of their own; the batch is empty then. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return new Uint8Array(bytes);
  }

  #grow(byteLength: number): void {
    const wider = Buffer.allocUnsafeSlow(2 * byteLength);
    wider.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = wider;
  }
}

/** Gives each frame of a batch that a `FrameBatch` of another thread has filled. */
export function readBatch({ buffer, byteOffset, byteLength }: Uint8Array, take: TakeFrame): void {
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
  for (let at = 0; at < byteLength; ) {
    const from = at + HEAD_BYTES;
    const end = from + bytes.readUInt16BE(at + 8);
    take(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4), bytes.subarray(from, end));
    at = end;
  }
}
