import { createDecoder, createEncoder } from "../host-server/audio/opus.ts";
import { Parts } from "../simulator/device/parts.ts";
import { Machine } from "../simulator/machine.ts";
import { toneFrames } from "../test/firmware/scripted-server.ts";
import { createWorldOn, TRANSPORTS, type Transport } from "../test/firmware/transports.ts";
import type { Figure } from "./figures.ts";

const FRAME_MS = 60;
const FRAMES = 500;
const UPLINK_SAMPLES = 960;
const DOWNLINK_RATE = 24_000;

/** Microseconds of this thread's processor time: other work on the machine does not count. */
function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** Microseconds spent on XS: in calls of the engine, without the time in which those ask the Node side of a twin. */
class XsTime {
  #us = 0;
  readonly #restore: () => void;

  constructor() {
    const { notify } = Machine.prototype;
    const { call } = Parts.prototype;
    const add = (sign: 1 | -1, run: () => unknown) => {
      const from = threadTime();
      try {
        return run();
      } finally {
        this.#us += sign * (threadTime() - from);
      }
    };
    Machine.prototype.notify = function (...args) {
      return add(1, () => notify.apply(this, args)) as ReturnType<typeof notify>;
    };
    Parts.prototype.call = function (...args) {
      return add(-1, () => call.apply(this, args));
    };
    this.#restore = () => {
      Machine.prototype.notify = notify;
      Parts.prototype.call = call;
    };
  }

  /** Since the last time. */
  take(): number {
    const us = this.#us;
    this.#us = 0;
    return us;
  }

  end(): void {
    this.#restore();
  }
}

function speech(): Int16Array {
  return Int16Array.from(
    { length: UPLINK_SAMPLES * (FRAMES + 50) },
    (_, i) => 6000 * Math.sin(i / 9) * Math.sin(i / 700),
  );
}

/** Microseconds that the codec alone takes for a frame, each way. */
function codecTimes(pcm: Int16Array, answer: readonly Uint8Array[]): { up: number; down: number } {
  const encoder = createEncoder({ sampleRate: 16_000, complexity: 0 });
  const decoder = createDecoder({ sampleRate: DOWNLINK_RATE });
  const from = threadTime();
  for (let n = 0; n < FRAMES; n++) encoder.encode(pcm.subarray(n * UPLINK_SAMPLES, (n + 1) * UPLINK_SAMPLES));
  const between = threadTime();
  for (const frame of answer) decoder.decode(frame);
  const down = (threadTime() - between) / answer.length;
  encoder.close();
  decoder.close();
  return { up: (between - from) / FRAMES, down };
}

/** One utterance and one answer, `FRAMES` long each. */
async function conversation(transport: Transport, xs: XsTime, pcm: Int16Array, answer: readonly Uint8Array[]) {
  const { clock, server, device, boot, listen } = await createWorldOn(transport, {}, { delayMs: 5 });
  await boot();
  void device.microphone.say(pcm, 16_000);
  await listen();
  await clock.advance(1000);
  xs.take();
  const before = server.frames.length;
  await clock.advance(FRAMES * FRAME_MS);
  const up = xs.take() / (server.frames.length - before);
  server.send({ type: "tts", state: "start", session_id: "s1" });
  await clock.run(device.reached("speaking"));
  xs.take();
  server.speak(answer);
  await clock.advance(answer.length * FRAME_MS);
  const down = xs.take() / answer.length;
  const { heap } = device.stats;
  device.close();
  return { up, down, heap };
}

/**
 * What a frame costs on XS over each transport, on virtual time and a network in memory, and what a conversation needs of
 * the heap. The times are this computer's; how they compare is what an ESP32 would see.
 */
export async function benchFrames(): Promise<Figure[]> {
  const pcm = speech();
  const answer = toneFrames(FRAMES * FRAME_MS);
  const codec = codecTimes(pcm, answer);
  const xs = new XsTime();
  const figures: Figure[] = [];
  for (const transport of TRANSPORTS) {
    const { up, down, heap } = await conversation(transport, xs, pcm, answer);
    figures.push(
      { name: `${transport}: a frame up, XS and codec, us`, value: up.toFixed(0) },
      { name: "  of it the codec, us", value: codec.up.toFixed(0) },
      { name: `${transport}: a frame down, XS and codec, us`, value: down.toFixed(0) },
      { name: "  of it the codec, us", value: codec.down.toFixed(0) },
    );
    if (!heap) continue;
    figures.push(
      { name: "  heap peak, garbage included, slots", value: String(heap.slotsPeakAboveBaseline) },
      { name: "  heap peak, garbage included, chunk bytes", value: String(heap.chunkPeakAboveBaselineBytes) },
      { name: "  stack peak, slots", value: `${heap.stackPeakSlots} of ${heap.stackSlots}` },
    );
  }
  xs.end();
  return figures;
}
