import type { EchoPathOptions } from "../../simulator/audio/echo-path.ts";
import type { BargeInWorldOptions } from "./world.ts";

/** Who interrupts and in which room: the user's finger, or voice where the device or the server keeps the echo out. */
export interface Scene extends BargeInWorldOptions {
  readonly name: string;
  readonly isVoice: boolean;
}

/** Rooms and drivers that echoes come through; levels in steps of 16 bits. */
const ROOMS: { readonly [name: string]: EchoPathOptions } = {
  desk: {},
  "loud, near": { delayMs: 40, gain: 0.9, reflections: 0.3, roomMs: 60, seed: 11 },
  "300 ms of buffers": { delayMs: 300, seed: 12 },
  hall: { delayMs: 120, gain: 0.3, reflections: 1, roomMs: 300, seed: 13 },
  "distorting loudspeaker": { delayMs: 80, gain: 0.8, limit: 6_000, seed: 14 },
  "noisy microphone": { delayMs: 180, noise: 150, seed: 15 },
  "quiet loudspeaker": { delayMs: 60, gain: 0.1, seed: 16 },
};

/** All that the bench plays. */
export const SCENES: readonly Scene[] = [
  { name: "button", isVoice: false, way: "websocket", echoCancel: "none", echo: { gain: 0 } },
  { name: "voice, device cancels echo", isVoice: true, way: "websocket", echoCancel: "device", echo: { gain: 0 } },
  ...Object.entries(ROOMS).map(([room, echo]) => ({
    name: `voice, server cancels echo: ${room}`,
    isVoice: true,
    way: "mqtt" as const,
    echoCancel: "server" as const,
    echo,
  })),
];
