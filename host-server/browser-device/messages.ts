import { z } from "zod";

const pin = z.int().min(0).max(63);

/** What a page says about its device, after its first message. */
export const pageMessage = z.discriminatedUnion("type", [
  /** Without a pin it is the button to talk. */
  z.strictObject({ type: z.literal("press"), pin: pin.optional() }),
  z.strictObject({ type: z.literal("release"), pin: pin.optional() }),
  /** The wake word, said by a button. */
  z.strictObject({ type: z.literal("wake") }),
  /** Wakes when the microphone hears the phrase; without one it hears none. */
  z.strictObject({ type: z.literal("phrase"), phrase: z.string().max(60).optional() }),
  /** Switched off and on. */
  z.strictObject({ type: z.literal("restart") }),
]);

/** The first message of a page. */
export const openMessage = z.strictObject({
  type: z.literal("open"),
  /** A folder of `boards/`. */
  board: z.string().regex(/^[a-z0-9][a-z0-9./-]{0,80}$/),
  /** Made and kept by the browser: the same browser is the same device. */
  id: z.string().regex(/^[0-9a-f-]{16,64}$/),
  /** `server.auth_key`, or a ticket, from elsewhere than this computer. */
  key: z.string().max(200).optional(),
});

export type PageMessage = z.infer<typeof pageMessage>;
export type OpenMessage = z.infer<typeof openMessage>;

/** What a device process is told first. */
export interface DevicePlan {
  readonly type: "start";
  readonly board: string;
  readonly otaUrl: string;
  readonly mac: string;
  /** Where it keeps its settings. */
  readonly settingsFile: string;
}

/** A button of a board, and what it is for. */
export interface BoardButton {
  readonly pin: number;
  readonly use: "talk" | "louder" | "quieter";
}

/** What a device tells its page. Sound and pictures come as bytes: {@link BINARY}. */
export type DeviceMessage =
  | { readonly type: "ready"; readonly board: string; readonly mac: string }
  | { readonly type: "state"; readonly state: string }
  /** Pixels 0 to 255; none while the light is off. */
  | { readonly type: "light"; readonly colors: readonly (readonly [red: number, green: number, blue: number])[] }
  | { readonly type: "screen"; readonly width: number; readonly height: number; readonly isRound: boolean }
  /** Buttons beside the first one to talk, and whether the glass of the screen is one. */
  | { readonly type: "buttons"; readonly others: readonly BoardButton[]; readonly hasGlass: boolean }
  | { readonly type: "talk"; readonly who: "heard" | "tool" | "said"; readonly text: string }
  | { readonly type: "log"; readonly level: string; readonly text: string }
  /** Whether the phrase is listened for, and why not. */
  | { readonly type: "phrase"; readonly phrase?: string; readonly error?: string }
  | { readonly type: "failed"; readonly code: string; readonly message: string };

/**
 * The first byte of a message of bytes to a page. Sound: this byte, 0, the rate in Hz / 100 as 16 bits, then samples of
 * 16 bits. Picture: this byte, 0, the first line, how many lines, and their width as 16 bits each, then red, green, blue
 * of each pixel. All with the low byte first. A page sends samples alone: 16 bits, mono, 16 kHz.
 */
export const BINARY = Object.freeze({ sound: 1, picture: 2 } as const);

/** Hz of the sound that a page sends. */
export const MICROPHONE_RATE = 16_000;
