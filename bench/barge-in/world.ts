import { createDemoWorld, type DemoWay } from "../../cli/demo/world.ts";
import { createLog } from "../../host-server/log.ts";
import type { Llm } from "../../host-server/providers/llm.ts";
import { flite } from "../../host-server/providers/tts/flite.ts";
import type { Speech, Tts } from "../../host-server/providers/tts.ts";
import type { Stages } from "../../host-server/stages.ts";
import { EchoPath, type EchoPathOptions } from "../../simulator/audio/echo-path.ts";
import { RealClock } from "../../simulator/clock.ts";
import { MemoryStore } from "../../simulator/device/settings-store.ts";

/** Long enough that every interruption falls into it. */
const STORY =
  "Once upon a time there was a small house at the edge of a wood. An old woman lived in it with her cat, who could count " +
  "to seven. Every morning they went down to the river together. There they looked for stones that were round and white. " +
  "In the evening they laid them in a row along the garden wall, and the cat counted them.";

/** How a device is interrupted, and who keeps it from hearing itself. */
export interface BargeInWorldOptions {
  readonly way: DemoWay;
  /** `device` or `server` cancels the echo and the device listens all the time; `none`: only in turn. */
  readonly echoCancel: "none" | "device" | "server";
  readonly echo: EchoPathOptions;
}

const AEC_MODES = { none: 0, device: 1, server: 2 } as const;

/** A device in a room with somebody who may interrupt it, and its server, on virtual time. */
export type BargeInWorld = Awaited<ReturnType<typeof createBargeInWorld>>;

/** Makes the world: the voice detector and the voice are real, the words and answers are those of a script. */
export async function createBargeInWorld({ way, echoCancel, echo }: BargeInWorldOptions) {
  const store = new MemoryStore();
  store.set("aec", "mode", { format: "int32", value: AEC_MODES[echoCancel] });
  const path = new EchoPath(echo);
  /** When the server took something for a voice. */
  const noticed: number[] = [];
  const script = { words: "" };
  const voices = await createVoices();
  const stages = (own: Stages): Stages => ({
    ...own,
    asr: {
      transcribe: async function* (frames) {
        noticed.push(world.clock.now());
        for await (const _frame of frames);
        yield { text: script.words, final: true };
      },
      close: async () => {},
    },
    llm: storyteller,
    tts: voices.ofDevice,
  });
  const world = await createDemoWorld({ stages, way, store, sound: path });
  world.device.start();
  await world.clock.run(world.device.reached("idle"));
  return { ...world, path, noticed, script, user: voices.ofUser };
}

const storyteller: Llm = {
  reply: async function* (messages) {
    yield { type: "text", text: messages.at(-1)?.content === "stop" ? "All right." : STORY };
  },
  close: async () => {},
};

/** Two voices of the synthesiser; what they say is made once, in real time. */
async function createVoices() {
  const context = { clock: new RealClock(), log: createLog({ level: "silent" }) };
  const device = flite.create({ voice: "slt" }, context);
  const user = flite.create({ voice: "rms" }, context);
  const kept = new Map<string, Speech>();
  for (const sentence of STORY.split(/(?<=\.) /)) kept.set(sentence, await join(device, sentence));
  kept.set("All right.", await join(device, "All right."));
  const ofUser = {
    question: await join(user, "Please tell me a story."),
    stop: await join(user, "Wait, stop it now please."),
  };
  await Promise.all([device.close(), user.close()]);
  const ofDevice: Tts = {
    speak: async function* (text) {
      const speech = kept.get(text);
      if (speech) yield speech;
    },
    close: async () => {},
  };
  return { ofDevice, ofUser };
}

async function join(tts: Tts, text: string): Promise<Speech> {
  const pieces: Speech[] = [];
  for await (const speech of tts.speak(text, new AbortController().signal)) pieces.push(speech);
  const sampleRate = pieces[0]?.sampleRate ?? 16_000;
  return { sampleRate, pcm: Int16Array.from(pieces.flatMap(({ pcm }) => [...pcm])) };
}
