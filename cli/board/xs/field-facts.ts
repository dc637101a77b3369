import board from "board";
import type { Board } from "boards/board";
import { call } from "host";
import type { Tool } from "mcp/tool";
import type { PartContext, PinUse } from "modules/parts/part";
import { Shared } from "modules/system/shared";
import type { Clock } from "protocol/clock";
import { copied } from "protocol/copied";

/*
 * Brings each field of a board to life by itself, while the other side writes down which pins are opened. Runs in place
 * of the firmware's program.
 */

const clock: Clock = { now: () => 0, schedule: () => () => undefined, hold: () => () => undefined };
const context: PartContext = {
  clock,
  kept: { read: () => "", write: () => undefined },
  device: { talkMode: "either", reconfigureWifi: () => undefined, showPicture: () => undefined },
  shared: new Shared(),
  vision: { isKnown: false, explain: () => Promise.resolve("") },
};
const { shared } = context;

/** What is opened in `open` belongs to this field. Chips do not answer here: what that ends has opened its pins before. */
function field(name: string, open: () => void): void {
  call("board.field", name);
  try {
    open();
  } catch (error) {
    call("board.trouble", String(error));
  }
}

function tell(tools: readonly Tool[]): void {
  for (const { name } of tools) call("board.tool", name);
}

/** Pins that a part names itself, whether it has opened them or not. */
function declared(part: object): void {
  const { pins } = part as { pins?: readonly PinUse[] };
  if (!Array.isArray(pins)) return;
  for (const { pin, use, isPwm } of pins as readonly PinUse[]) call("board.pin", pin, use, isPwm === true);
}

function openAudio({ microphone, speaker, codecs, amplifier, mode }: NonNullable<Board["audio"]>): void {
  call("board.audio", JSON.stringify(copied({ mode, microphone: microphone.pins, speaker: speaker.pins })));
  for (const codec of codecs) {
    field("audio", () => {
      codec.create({ sampleRate: microphone.sampleRate, bits: microphone.bits, hasMclk: true, frameBits: 32 });
    });
  }
  if (amplifier) field("audio.amplifier", () => shared.of(amplifier));
}

function openButtons({ button, volumeButtons }: Board): void {
  const silent = () => undefined;
  const events = { onClick: silent, onPress: silent, onRelease: silent };
  if (button) field("button", () => button.create(events, clock));
  if (!volumeButtons) return;
  field("volumeButtons", () => {
    volumeButtons.up.create(events, clock);
    volumeButtons.down.create(events, clock);
  });
}

function openFields(whole: Board): void {
  const { powerSwitch, power, light, backlight, battery, wakeWord, audio, parts, tools } = whole;
  const silent = () => undefined;
  if (powerSwitch) field("powerSwitch", () => shared.of(powerSwitch));
  for (const [index, part] of (power ?? []).entries()) field(`power[${index}]`, () => shared.of(part));
  openButtons(whole);
  if (battery) field("battery", () => shared.of(battery));
  if (light) field("light", () => light.create(clock));
  if (backlight) field("backlight", () => shared.of(backlight));
  if (wakeWord) field("wakeWord", () => wakeWord.create({ onWake: silent, onPrompt: silent, onVoice: silent }));
  if (audio) field("audio", () => openAudio(audio));
  for (const [index, part] of (parts ?? []).entries()) field(`parts[${index}]`, () => tell(part.create(context)));
  for (const [index, tool] of (tools ?? []).entries()) field(`tools[${index}]`, () => tell([tool]));
}

function nameFields(whole: Board): void {
  for (const [name, value] of Object.entries(whole)) {
    if (name !== "parts" && typeof value === "object") field(name, () => declared(value));
  }
  for (const [index, part] of (whole.parts ?? []).entries()) field(`parts[${index}]`, () => declared(part));
}

const { name, chip, flashBytes } = board;
call("board.is", JSON.stringify({ name, chip, flashBytes, strappingPins: copied(board.strappingPins) }));
nameFields(board);
openFields(board);
