import { converse, type Exchange } from "../../simulator/conversation.ts";
import type { Listener } from "../listener.ts";
import { synthesize } from "../speech.ts";
import type { DemoWorld } from "./world.ts";

/** What one turn of the conversation must bring about. */
export interface Act {
  readonly title: string;
  readonly says: string;
  /** What the device's speaker must be heard to say. */
  readonly hears: RegExp;
  /** Settings that the device must hold afterwards. */
  readonly settings?: { readonly volume?: number; readonly brightness?: number };
  /** The tool that must have been called; absent: none may have been. */
  readonly tool?: string;
  /** The device is switched off and on before: what it keeps must still be there. */
  readonly afterRestart?: true;
  /** Clicked into the answer, after which `says` follows; the rest of that answer must not be heard. */
  readonly interrupting?: string;
  /** The device must be idle afterwards. */
  readonly ends?: true;
}

/** What the device can be heard to say; anything else is heard as nothing. */
export const ANSWERS: readonly string[] = [
  "the (volume|brightness) is [now] {level:0-100} percent",
  "sorry i did not understand you can say for example",
  "you can say for example",
  "goodbye",
];

/** A conversation as a person has it in the first minute. */
export const ACTS: readonly Act[] = [
  {
    title: "Volume",
    says: "Set the volume to eighty",
    hears: /^the volume is now eighty percent$/,
    settings: { volume: 80 },
    tool: "self_audio_speaker_set_volume",
  },
  {
    title: "Status, after the device was switched off and on",
    afterRestart: true,
    says: "What is the volume",
    hears: /^the volume is eighty percent$/,
    settings: { volume: 80 },
    tool: "self_get_device_status",
  },
  {
    title: "Brightness",
    says: "Set the brightness to thirty",
    hears: /^the brightness is now thirty percent$/,
    settings: { volume: 80, brightness: 30 },
    tool: "self_screen_set_brightness",
  },
  {
    title: "A request that it does not know",
    says: "My grandmother likes to travel by train",
    hears: /^sorry i did not understand/,
    settings: { volume: 80, brightness: 30 },
  },
  {
    title: "Interruption",
    interrupting: "What can you do",
    says: "Set the volume to fifty",
    hears: /^the volume is now fifty percent$/,
    settings: { volume: 50, brightness: 30 },
    tool: "self_audio_speaker_set_volume",
  },
  { title: "Goodbye", says: "Goodbye", hears: /^goodbye$/, tool: "handle_exit_intent", ends: true },
];

/** What happened in an act; it was good when `faults` is empty. */
export interface ActResult {
  readonly act: Act;
  readonly heardByServer: string;
  readonly heardFromDevice: string;
  readonly exchange: Exchange | undefined;
  readonly faults: readonly string[];
}

/** Time for an answer to be under way before it is interrupted, and for the sound to end after that. */
const INTO_ANSWER_MS = 900;
const SILENT_WITHIN_MS = 100;
const ANSWERED_WITHIN_MS = 20_000;

/** Interrupts an answer with a click; gives what was wrong with the silence that must follow. */
async function interrupt(world: DemoWorld, text: string): Promise<string[]> {
  const { device, clock } = world;
  const { pcm, sampleRate } = await synthesize(text);
  device.speaker.clear();
  void device.microphone.say(pcm, sampleRate);
  const isAnswered = await Promise.race([device.reached("speaking"), wait(world, ANSWERED_WITHIN_MS)]);
  device.microphone.hush();
  if (isAnswered === undefined) return ["there was no answer to interrupt"];
  await wait(world, INTO_ANSWER_MS);
  if (device.speaker.firstAudibleAt === undefined) return ["the answer to interrupt was not heard"];
  device.click();
  const clickedAt = clock.now();
  await wait(world, INTO_ANSWER_MS);
  const after = (device.speaker.lastAudibleAt ?? 0) - clickedAt - CLICK_MS;
  return after > SILENT_WITHIN_MS ? [`the answer went on for ${Math.round(after)} ms after the interruption`] : [];
}

/** A click counts when the button is let go. */
const CLICK_MS = 100;

function wait({ clock }: DemoWorld, ms: number): Promise<undefined> {
  return new Promise((resolve) => clock.schedule(ms, () => resolve(undefined)));
}

function stored({ store }: DemoWorld, namespace: string, key: string): unknown {
  return store.get(namespace, key)?.value;
}

function settingFaults(world: DemoWorld, { settings = {} }: Act): string[] {
  const kept = { volume: stored(world, "audio", "output_volume"), brightness: stored(world, "display", "brightness") };
  return (["volume", "brightness"] as const).flatMap((name) => {
    const expected = settings[name];
    return expected === undefined || kept[name] === expected
      ? []
      : [`the device keeps ${name} ${kept[name]}, not ${expected}`];
  });
}

function toolFaults(called: readonly string[], { tool }: Act): string[] {
  const expected = tool === undefined ? [] : [tool];
  return called.join() === expected.join() ? [] : [`tools called: ${called.join(", ") || "none"}`];
}

/** Plays one act and judges it by the device's sound, its settings and the tools that ran. */
export async function playAct(world: DemoWorld, listener: Listener, act: Act): Promise<ActResult> {
  const { device, reports } = world;
  const faults: string[] = [];
  let exchange: Exchange | undefined;
  let heardFromDevice = "";
  let before = reports.length;
  try {
    if (act.afterRestart) device.restart();
    if (act.interrupting !== undefined) faults.push(...(await interrupt(world, act.interrupting)));
    before = reports.length;
    exchange = await converse(device, await synthesize(act.says));
    heardFromDevice = exchange.latencyMs === undefined ? "" : await listener.hear(exchange.answer);
    if (!act.hears.test(heardFromDevice)) faults.push(`its speaker said "${heardFromDevice}"`);
    if (exchange.underruns > 0) faults.push(`${exchange.underruns} gaps in the sound`);
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  const turns = reports.slice(before);
  faults.push(...settingFaults(world, act));
  faults.push(
    ...toolFaults(
      turns.flatMap(({ tools }) => tools.map(({ name }) => name)),
      act,
    ),
  );
  if (act.ends && device.state !== "idle") faults.push(`the device is ${device.state}, not idle`);
  return { act, heardByServer: turns.map(({ heard }) => heard).join(" / "), heardFromDevice, exchange, faults };
}
