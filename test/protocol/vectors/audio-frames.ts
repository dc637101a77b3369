import type { FramingVersion } from "../../../protocol/audio-frame.ts";

/** One Opus packet in each framing, as hexadecimal digits. */
export const AUDIO_FRAME_VECTORS: readonly {
  readonly version: FramingVersion;
  readonly packet: string;
  readonly message: string;
}[] = [
  { version: 1, packet: "58010203", message: "58010203" },
  { version: 2, packet: "58010203", message: "0002" + "0000" + "00000000" + "00000000" + "00000004" + "58010203" },
  { version: 2, packet: "58", message: "0002" + "0000" + "00000000" + "00000000" + "00000001" + "58" },
  { version: 3, packet: "58010203", message: "00" + "00" + "0004" + "58010203" },
  { version: 3, packet: "58", message: "00" + "00" + "0001" + "58" },
];

/** Messages that peers may send and that a device reads although it would not write them so. */
export const LENIENT_AUDIO_FRAMES: typeof AUDIO_FRAME_VECTORS = [
  { version: 2, packet: "5801", message: "0000" + "0000" + "00000000" + "0001e240" + "00000002" + "5801" },
  { version: 2, packet: "5801", message: "0002" + "0000" + "ffffffff" + "ffffffff" + "00000002" + "5801" + "ffff" },
  { version: 3, packet: "5801", message: "00" + "ff" + "0002" + "5801" + "ffff" },
];

/** Messages that are refused, with the member that is wrong. */
export const BAD_AUDIO_FRAMES: readonly {
  readonly version: FramingVersion;
  readonly message: string;
  readonly field: string;
}[] = [
  { version: 1, message: "", field: "audio" },
  { version: 2, message: "", field: "audio.header" },
  { version: 2, message: "000200000000000000000000000000", field: "audio.header" },
  { version: 2, message: "0002" + "0001" + "00000000" + "00000000" + "00000002" + "7b7d", field: "audio.type" },
  { version: 2, message: "0002" + "0000" + "00000000" + "00000000" + "00000003" + "5801", field: "audio.payload_size" },
  { version: 2, message: "0002" + "0000" + "00000000" + "00000000" + "ffffffff" + "5801", field: "audio.payload_size" },
  { version: 2, message: "0002" + "0000" + "00000000" + "00000000" + "00000000" + "5801", field: "audio" },
  { version: 3, message: "", field: "audio.header" },
  { version: 3, message: "000000", field: "audio.header" },
  { version: 3, message: "01" + "00" + "0002" + "7b7d", field: "audio.type" },
  { version: 3, message: "00" + "00" + "0003" + "5801", field: "audio.payload_size" },
  { version: 3, message: "00" + "00" + "ffff" + "5801", field: "audio.payload_size" },
  { version: 3, message: "00" + "00" + "0000", field: "audio" },
];
