import { frozen } from "../../../protocol/frozen.ts";
import type { AudioPart, LinePins } from "../../hardware/audio-part.ts";

/** As engine-wiring.h counts them. */
const MODES = frozen({ "full-duplex": 0, "standard-and-tdm": 1, "two-controllers": 2, platform: -1 });

const NO_PIN = -1;

function pinNumbers(pins: LinePins | undefined): number[] {
  return [pins?.mclk ?? NO_PIN, pins?.bclk ?? NO_PIN, pins?.ws ?? NO_PIN, pins?.data ?? NO_PIN];
}

/** What a board says about its sound, in the order in which engine-native.c reads it. */
export function wiringOf({ mode, hasReference, microphone, speaker }: AudioPart): number[] {
  const line = ({ sampleRate, slots, bits, pins }: AudioPart["speaker"]) => [
    sampleRate,
    slots,
    bits,
    ...pinNumbers(pins),
  ];
  return [MODES[mode], hasReference ? 1 : 0, ...line(microphone), ...line(speaker)];
}
