/** A stream of PCM between a device and its microphone or speaker. */
export interface AudioFormat {
  /** Hz */
  sampleRate: number;
  channels: number;
  bitsPerSample: number;
}

/** Bytes of one sample on all channels. */
export function frameBytes({ channels, bitsPerSample }: AudioFormat): number {
  return (channels * bitsPerSample) / 8;
}

/** Mono samples of 16 bits in the device's format. */
export function toDevice(samples: Int16Array, format: AudioFormat): Buffer {
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

/** The first channel of the device's bytes as samples of 16 bits. */
export function fromDevice(bytes: Buffer, format: AudioFormat): Int16Array {
  const step = frameBytes(format);
  const samples = new Int16Array(Math.floor(bytes.length / step));
  for (let i = 0; i < samples.length; i++) {
    samples[i] = format.bitsPerSample === 8 ? bytes.readInt8(i * step) * 256 : bytes.readInt16LE(i * step);
  }
  return samples;
}
