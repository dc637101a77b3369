import { Random } from "../../simulator/random.ts";
import { percentile } from "../figures.ts";
import type { Scene } from "./scenes.ts";
import { type BargeInWorld, createBargeInWorld } from "./world.ts";

/** What so many interruptions came to; times in ms. */
export interface BargeInFigures {
  readonly scene: string;
  readonly interruptions: number;
  /** From the decision to the last audible sample. */
  readonly decision_p50_ms: number;
  readonly decision_p95_ms: number;
  readonly decision_max_ms: number;
  /** From the first audible sample of the voice to the last one of the device; 0 for a finger. */
  readonly onset_p50_ms: number;
  readonly onset_p95_ms: number;
  /** Interruptions that did not silence the device. */
  readonly missed: number;
  /** The device was taken for the user. */
  readonly self_interruptions: number;
  /** Something of the old answer was heard after the silence. */
  readonly leaks: number;
}

/** No answer is silent for so long, and no reaction takes longer. */
const WATCH_MS = 700;
const STEP_MS = 10;
/** Interruptions come so long after the beginning of an answer. */
const EARLIEST_MS = 1_500;
const LATEST_MS = 6_000;
const TURN_LIMIT_MS = 30_000;
const CLICK_MS = 100;

interface Interruption {
  readonly decision: number;
  readonly onset: number;
  readonly isMissed: boolean;
  readonly hasLeaked: boolean;
}

/** Interrupts an answer so many times; the seed decides when. */
export async function interruptOften(scene: Scene, interruptions: number, seed = 3): Promise<BargeInFigures> {
  const world = await createBargeInWorld(scene);
  const random = new Random(seed, scene.echoCancel);
  const all: Interruption[] = [];
  let selfInterruptions = 0;
  world.device.click();
  for (let n = 0; n < interruptions; n++) {
    await ask(world);
    const { length } = world.noticed;
    await world.clock.advance(random.between(EARLIEST_MS, LATEST_MS));
    selfInterruptions += world.noticed.length - length;
    all.push(await (scene.isVoice ? interruptByVoice(world) : interruptByButton(world)));
    await settle(world);
  }
  await world.stop();
  return summarise(scene.name, all, selfInterruptions);
}

/** Has the user ask, and waits until the answer sounds. */
async function ask(world: BargeInWorld): Promise<void> {
  const { clock, device, script, user } = world;
  await clock.run(device.reached("listening"), { limitMs: TURN_LIMIT_MS });
  script.words = "tell me a story";
  device.speaker.clear();
  void device.microphone.say(user.question.pcm, user.question.sampleRate);
  await until(world, () => device.speaker.firstAudibleAt !== undefined);
}

async function interruptByButton(world: BargeInWorld): Promise<Interruption> {
  const { clock, device } = world;
  device.click(undefined, CLICK_MS);
  // A click counts when the finger leaves the button: before, it might be a hold.
  const at = clock.now() + CLICK_MS;
  const { silentAt, isMissed, hasLeaked } = await watch(world, at);
  return { decision: silentAt - at, onset: 0, isMissed, hasLeaked };
}

async function interruptByVoice(world: BargeInWorld): Promise<Interruption> {
  const { path, noticed, script, user, clock } = world;
  script.words = "stop";
  path.microphone.voiceAt = undefined;
  const { length } = noticed;
  const from = clock.now();
  void path.microphone.say(user.stop.pcm, user.stop.sampleRate);
  const { silentAt, isMissed, hasLeaked } = await watch(world, from);
  const voiceAt = path.microphone.voiceAt ?? from;
  return { decision: silentAt - (noticed[length] ?? silentAt), onset: silentAt - voiceAt, isMissed, hasLeaked };
}

/** Listens until the device has been silent for a while, or has not been silenced. */
async function watch({ clock, device }: BargeInWorld, from: number) {
  const { speaker } = device;
  let silentAt = from;
  let hasLeaked = false;
  for (let now = from; now < from + 2 * WATCH_MS; now = clock.now()) {
    await clock.advance(STEP_MS);
    const last = speaker.lastAudibleAt ?? from;
    // A pause between words is shorter than this; what follows a longer silence is a leak, until the next answer.
    if (last > silentAt && silentAt > from && last - silentAt > WATCH_MS / 2 && device.state === "speaking")
      hasLeaked = true;
    else if (!hasLeaked) silentAt = Math.max(silentAt, Math.min(last, from + WATCH_MS));
  }
  return { silentAt, isMissed: silentAt >= from + WATCH_MS, hasLeaked };
}

/** Waits for the end of the turn that the interruption began, if it did. */
async function settle(world: BargeInWorld): Promise<void> {
  const { clock, device } = world;
  let quietSince = clock.now();
  const limit = clock.now() + TURN_LIMIT_MS;
  while (clock.now() < limit && clock.now() - quietSince < WATCH_MS * 2) {
    await clock.advance(50);
    if (device.state === "speaking" || device.microphone.isSpeaking) quietSince = clock.now();
    if (device.state === "idle") device.click();
  }
}

async function until({ clock }: BargeInWorld, isTrue: () => boolean): Promise<void> {
  const limit = clock.now() + TURN_LIMIT_MS;
  while (!isTrue() && clock.now() < limit) await clock.advance(STEP_MS);
}

function summarise(scene: string, all: readonly Interruption[], selfInterruptions: number): BargeInFigures {
  const hits = all.filter(({ isMissed }) => !isMissed);
  const decisions = hits.map(({ decision }) => decision);
  const onsets = hits.map(({ onset }) => onset);
  return {
    scene,
    interruptions: all.length,
    decision_p50_ms: quantile(decisions, 0.5),
    decision_p95_ms: quantile(decisions, 0.95),
    decision_max_ms: quantile(decisions, 1),
    onset_p50_ms: quantile(onsets, 0.5),
    onset_p95_ms: quantile(onsets, 0.95),
    missed: all.length - hits.length,
    self_interruptions: selfInterruptions,
    leaks: all.filter(({ hasLeaked }) => hasLeaked).length,
  };
}

function quantile(values: readonly number[], share: number): number {
  return Math.round(percentile(values, share));
}
