import { createDemoWorld, type DemoWorld } from "../../cli/demo/world.ts";
import type { Clip } from "./clip.ts";
import { type Heard, StageWatch } from "./stage-watch.ts";
import { SAMPLE_RATE } from "./voices.ts";

/** What came of a clip. */
export interface Played {
  readonly clip: Clip;
  /** Every stretch of sound that was taken for an utterance before anything was answered, in order. */
  readonly heard: readonly Heard[];
  /** Virtual ms of the first and the last audible sample of the sentence itself. */
  readonly speechStart: number;
  readonly speechEnd: number;
  /** Virtual ms of the first audible sample of the answer; undefined when there was none. */
  readonly answeredAt: number | undefined;
  /** Real ms of computing between the end of the utterance and the first sound, while virtual time stood still. */
  readonly computedMs: number;
  /** Tools that the device and the server offered. */
  readonly tools: StageWatch["tools"];
}

/** Percent. */
const MIDDLE = 60;
const READY_MS = 20_000;
/** After a clip, time for an answer to begin. */
const PATIENCE_MS = 2_500;
/** How much of an answer is listened to: the rest says nothing about its beginning. */
const LISTEN_MS = 300;
const LIMIT_MS = 120_000;

/** Plays clips one after the other to the firmware's virtual device, which talks with a server in memory. */
export async function playClips(clips: readonly Clip[], onPlayed: (played: Played) => void): Promise<void> {
  let watch: StageWatch | undefined;
  const world: DemoWorld = await createDemoWorld({
    stages: (own) => {
      watch = new StageWatch(own, () => world.clock.now());
      return watch.stages;
    },
    onStream: (stream) => watch?.watchStream(stream),
  });
  try {
    for (const clip of clips) {
      restart(world);
      onPlayed(await world.clock.run(play(world, watch!, clip), { limitMs: LIMIT_MS }));
    }
  } finally {
    await world.stop();
  }
}

async function play(world: DemoWorld, watch: StageWatch, clip: Clip): Promise<Played> {
  const { device, clock } = world;
  await listening(world);
  watch.clear();
  device.speaker.clear();
  const clipMs = (clip.pcm.length * 1_000) / SAMPLE_RATE;
  const spoken = device.microphone.say(clip.pcm, SAMPLE_RATE);
  const isAnswered = await Promise.race([
    device.reached("speaking").then(() => true),
    spoken.then(() => wait(world, PATIENCE_MS)),
    wait(world, clipMs + 2 * PATIENCE_MS),
  ]);
  device.microphone.hush();
  const begunAt = device.microphone.begunAt ?? clock.now();
  const heard = [...watch.heard];
  if (isAnswered) await sound(world);
  const last = heard.findLast(({ endedAt }) => endedAt !== undefined);
  const computedMs = watch.computedSince(last?.endedWall ?? performance.now());
  await wait(world, LISTEN_MS);
  return {
    clip,
    heard,
    speechStart: begunAt + (clip.speechStart * 1_000) / SAMPLE_RATE,
    speechEnd: begunAt + (clip.speechEnd * 1_000) / SAMPLE_RATE,
    answeredAt: isAnswered ? device.speaker.firstAudibleAt : undefined,
    computedMs,
    tools: watch.tools,
  };
}

async function listening(world: DemoWorld): Promise<void> {
  const { device } = world;
  await Promise.race([device.reached("idle", "listening"), wait(world, READY_MS)]);
  if (device.state !== "listening") device.click();
  await Promise.race([device.reached("listening"), wait(world, READY_MS)]);
  if (device.state !== "listening") throw new Error(`the device is ${device.state} and does not listen`);
}

/** The answer can be heard, or none comes. */
async function sound(world: DemoWorld): Promise<void> {
  const { speaker } = world.device;
  for (let waited = 0; speaker.firstAudibleAt === undefined && waited < PATIENCE_MS; waited += 20)
    await wait(world, 20);
}

/** Each sentence meets a device at half volume and brightness and a server that knows nothing of the sentence before. */
function restart({ device, store }: DemoWorld): void {
  // A device that starts so often within a minute would be taken for a broken one.
  store.set("boot", "bad_starts", { format: "int32", value: 0 });
  store.set("audio", "output_volume", { format: "int32", value: MIDDLE });
  store.set("display", "brightness", { format: "int32", value: MIDDLE });
  if (device.isRunning) device.restart();
  else device.start();
}

function wait({ clock }: DemoWorld, ms: number): Promise<undefined> {
  return new Promise((resolve) => clock.schedule(ms, () => resolve(undefined)));
}
