import type { VirtualDevice } from "./device.ts";

/** Why a conversation did not take place: the device was `not-ready`, did not `listen`, or got `no-answer`. */
export class ConversationError extends Error {
  override readonly name = "ConversationError";
  readonly code: "not-ready" | "no-listening" | "no-answer" | "endless-answer";

  constructor(code: ConversationError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface Speech {
  /** 16-bit mono */
  pcm: Int16Array;
  /** Hz */
  sampleRate: number;
}

export interface ConversationOptions {
  /** How long each step may take: getting ready, listening, answering. Milliseconds of the device's clock. */
  timeoutMs?: number;
  /** Called by this wake word instead of by its button. */
  wakeWord?: string;
  /** Called by this sound, which its detector must find; more than the words may follow in it. */
  call?: Speech;
}

/** What a person in front of the device would say about one exchange. */
export interface Exchange {
  /** What the speaker played, from the end of the question on. */
  answer: Speech;
  /** From the last audible sample of the question to the first one of the answer; undefined when nothing was heard. */
  latencyMs: number | undefined;
  /** From the first to the last audible sample of the answer. */
  audibleMs: number;
  /** Gaps in the answer because the device had nothing to play in time. */
  underruns: number;
}

/** A pause of the speaker of this length, with the device no longer speaking, ends an answer. */
const END_OF_ANSWER_MS = 600;
const POLL_MS = 50;

/**
 * Talks to a device once: waits until it is ready, calls it unless it already listens, speaks, and waits for
 * the answer's end.
 * @throws ConversationError saying at which step it ended, and in which state the device was
 */
export async function converse(
  device: VirtualDevice,
  speech: Speech,
  options: ConversationOptions = {},
): Promise<Exchange> {
  const timeoutMs = options.timeoutMs ?? 30_000;
  await until(device, timeoutMs, ["idle", "listening"], "not-ready");
  if (device.state !== "listening") call(device, options);
  const callMs = options.call ? durationMs(options.call) : 0;
  await until(device, timeoutMs + callMs, ["listening"], "no-listening");
  device.speaker.clear();
  device.speaker.record();
  const answering = until(device, timeoutMs + callMs + durationMs(speech), ["speaking"], "no-answer");
  await Promise.race([device.microphone.say(speech.pcm, speech.sampleRate), answering]);
  await answering;
  // A server that has heard enough answers before the end; the device does not listen any more.
  device.microphone.hush();
  await quiet(device, timeoutMs);
  return describe(device);
}

function call(device: VirtualDevice, { wakeWord, call: sound }: ConversationOptions): void {
  if (sound) {
    device.microphone.say(sound.pcm, sound.sampleRate);
    return;
  }
  if (wakeWord === undefined) return device.click();
  try {
    device.wake(wakeWord);
  } catch (error) {
    throw new ConversationError("no-listening", `${device.name}: ${(error as Error).message}`);
  }
}

function durationMs({ pcm, sampleRate }: Speech): number {
  return (pcm.length * 1000) / sampleRate;
}

async function until(
  device: VirtualDevice,
  ms: number,
  states: string[],
  code: ConversationError["code"],
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const cancel = device.clock.schedule(ms, () => {
      const waitedFor = `${device.name} was not ${states.join(" or ")} within ${Math.round(ms)} ms`;
      reject(new ConversationError(code, `${waitedFor}: it is ${device.state}`));
    });
    device.reached(...states).then(() => {
      cancel();
      resolve();
    }, reject);
  });
}

/** The answer is over when the device has stopped speaking and its speaker has been silent for a while. */
function quiet(device: VirtualDevice, timeoutMs: number): Promise<void> {
  const { clock, speaker } = device;
  const startedAt = clock.now();
  return new Promise((resolve, reject) => {
    const look = () => {
      const silentSince = Math.max(speaker.lastAudibleAt ?? 0, startedAt);
      if (device.state !== "speaking" && clock.now() - silentSince >= END_OF_ANSWER_MS) resolve();
      else if (clock.now() - startedAt > timeoutMs) {
        reject(new ConversationError("endless-answer", `${device.name} was still answering after ${timeoutMs} ms`));
      } else clock.schedule(POLL_MS, look);
    };
    look();
  });
}

function describe({ speaker, microphone }: VirtualDevice): Exchange {
  const { firstAudibleAt, lastAudibleAt, sampleRate, underruns } = speaker;
  const wasHeard = firstAudibleAt !== undefined && lastAudibleAt !== undefined;
  return {
    answer: { pcm: speaker.recording(), sampleRate },
    latencyMs: wasHeard ? firstAudibleAt - (microphone.lastAudibleAt ?? firstAudibleAt) : undefined,
    audibleMs: wasHeard ? lastAudibleAt - firstAudibleAt : 0,
    underruns,
  };
}
