import type { TwinPart } from "./part.ts";

/** What an infrared LED has sent at once. */
export interface InfraredFlash {
  readonly pin: number;
  /** Hz. */
  readonly carrierHz: number;
  /** µs of light, darkness, light, … */
  readonly durations: readonly number[];
}

/** The Node side of `infrared-led`; `onFlash` is told of each key. */
export function createInfrared(onFlash: (flash: InfraredFlash) => void): TwinPart {
  return {
    calls: {
      "infrared.send": (pin: number, bytes: ArrayBuffer, carrierHz: number) => {
        const view = new DataView(bytes);
        const durations = Array.from({ length: bytes.byteLength / 2 }, (_, at) => view.getUint16(at * 2, true));
        onFlash({ pin, carrierHz, durations });
      },
    },
    close() {},
  };
}
