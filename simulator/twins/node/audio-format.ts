/** A stream of PCM between a device and its microphone or speaker. */
export interface AudioFormat {
  /** Hz */
  sampleRate: number;
  channels: number;
  bitsPerSample: number;
}

/**
 * Samples of one block: sound moves in steps of 1/32 s, as in the SDK's Linux drivers. The ESP32's input moves 512
 * samples at a time, which is the same at 16 kHz.
 */
export function blockSamples({ sampleRate }: AudioFormat): number {
  return sampleRate >> 5;
}

/** Bytes of one sample on all channels. */
export function frameBytes({ channels, bitsPerSample }: AudioFormat): number {
  return (channels * bitsPerSample) / 8;
}

function isPlain({ channels, bitsPerSample }: AudioFormat): boolean {
  return channels === 1 && bitsPerSample === 16;
}

/** Mono samples of 16 bits in the device's format; the samples' own memory where that is the same. */
export function toDevice(samples: Int16Array, format: AudioFormat): Buffer {
  if (isPlain(format)) return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const bytes = Buffer.alloc(samples.length * frameBytes(format));
  let position = 0;
  for (const sample of samples) {
    for (let channel = 0; channel < format.channels; channel++) {
      position =
        format.bitsPerSample === 8 ? bytes.writeInt8(sample >> 8, position) : bytes.writeInt16LE(sample, position);
    }
  }
  return bytes;
}

/**
 * The first channel of the device's bytes as samples of 16 bits, scaled by `volume`, put at the front of `samples`.
 * @returns how many there were
 */
export function fromDevice(bytes: Uint8Array, format: AudioFormat, volume: number, samples: Int16Array): number {
  const step = frameBytes(format);
  const count = Math.floor(bytes.length / step);
  if (isPlain(format) && bytes.byteOffset % 2 === 0) {
    const plain = new Int16Array(bytes.buffer, bytes.byteOffset, count);
    if (volume === 1) samples.set(plain);
    else for (let i = 0; i < count; i++) samples[i] = (plain[i] as number) * volume;
    return count;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < count; i++) {
    const sample = format.bitsPerSample === 8 ? view.getInt8(i * step) * 256 : view.getInt16(i * step, true);
    samples[i] = sample * volume;
  }
  return count;
}
