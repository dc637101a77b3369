import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { writeWav } from "../../host-server/audio/wav.ts";
import { RealClock } from "../../simulator/clock.ts";
import { converse, type Speech } from "../../simulator/conversation.ts";
import { JsonStore, type SettingsStore } from "../../simulator/device/settings-store.ts";
import { VirtualDevice } from "../../simulator/device.ts";
import { HostNetwork } from "../../simulator/host-network.ts";
import { synthesize } from "../speech.ts";
import { readSpeech } from "../speech-file.ts";
import type { FromChild, Levels, ToChild } from "./messages.ts";

/** The process of the virtual device: native code that fails here never ends the server. */
let device: VirtualDevice | undefined;

function tell(message: FromChild): void {
  process.send?.(message);
}

/** A level as the device keeps it in its settings. */
function stored(store: SettingsStore, path: string, key: string): number | undefined {
  const value = store.get(path, key)?.value;
  return typeof value === "number" ? value : undefined;
}

function levels({ hardware: { store } }: VirtualDevice): Levels {
  // Until someone changes them they are the firmware's own.
  return {
    volume: stored(store, "audio", "output_volume") ?? 70,
    brightness: stored(store, "display", "brightness") ?? 75,
  };
}

async function start({ otaUrl, board, settings }: Extract<ToChild, { type: "start" }>): Promise<void> {
  const started = new VirtualDevice({
    clock: new RealClock(),
    network: new HostNetwork(),
    store: new JsonStore(settings),
    board,
    config: { otaUrl },
    onLog: ({ level, text }) => {
      if (level === "error") tell({ type: "fault", text });
    },
  });
  device = started;
  started.start();
  await started.reached("idle");
  tell({ type: "ready", name: started.mac, levels: levels(started) });
}

async function talk(speech: Promise<Speech>, answerFile: string): Promise<void> {
  if (!device) return;
  try {
    const { answer, latencyMs, audibleMs } = await converse(device, await speech);
    mkdirSync(dirname(answerFile), { recursive: true });
    writeFileSync(answerFile, writeWav({ ...answer, channels: 1 }));
    const spokenUntil = device.microphone.lastAudibleAt;
    tell({ type: "answered", spokenUntil, latencyMs, audibleMs, levels: levels(device), answerFile });
  } catch (error) {
    tell({ type: "unanswered", text: error instanceof Error ? error.message : String(error), levels: levels(device) });
  }
}

async function wake(text: string | undefined): Promise<void> {
  if (!device) return;
  try {
    if (!device.wake(text)) throw new Error(`it does not wait for a wake word while it is ${device.state}`);
    await device.reached("listening");
    tell({ type: "woken", levels: levels(device) });
  } catch (error) {
    tell({ type: "unanswered", text: error instanceof Error ? error.message : String(error), levels: levels(device) });
  }
}

async function readLater(file: string): Promise<Speech> {
  return readSpeech(file);
}

/** Without a device there is nothing to do here. */
function giveUp(error: unknown): void {
  tell({ type: "ended", text: error instanceof Error ? error.message : String(error) });
  process.disconnect();
}

process.on("message", (message: ToChild) => {
  if (message.type === "start") start(message).catch(giveUp);
  else if (message.type === "wake") void wake(message.text);
  else if (message.type === "say") void talk(synthesize(message.text), message.answerFile);
  else void talk(readLater(message.file), message.answerFile);
});
// The terminal's Ctrl-C reaches this process, too; it ends when its parent does, so that the last words are printed.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(0));
