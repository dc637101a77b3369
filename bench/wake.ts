import { parseArgs } from "node:util";
import type { PhraseJob } from "../cli/wake/phrase-worker.ts";
import { spelledForVoice } from "../cli/wake/wake-phrase.ts";
import { type Lane, WorkerPool } from "../host-server/workers/worker-pool.ts";
import { RealClock } from "../simulator/clock.ts";
import { Random } from "../simulator/random.ts";
import { findVoices, SAMPLE_RATE, type Voice } from "./embedded/voices.ts";
import { inNoise, otherSentences, spoken } from "./wake/speech.ts";

const HELP = `Usage: xiaozhi bench wake [options]

How often the simulator's wake word detector hears its phrase, and how often it hears it in what is not meant for it. All
voices are synthetic.

  --phrase WORDS   [hey computer]
  --snr DB         the room's noise below the voice, pink  [40]
  --calls N        how often each voice calls  [6]
`;

/** Where a call stands: alone, and before a question. */
const CALLS = ["", ", set the volume to eighty", ", what time is it?"];
const FRAME_SAMPLES = 960;

type Detector = Lane<PhraseJob, boolean>;

/** How often the phrase is found in a sound. */
async function count(detector: Detector, pcm: Int16Array): Promise<number> {
  let found = 0;
  for (let at = 0; at + FRAME_SAMPLES <= pcm.length; at += FRAME_SAMPLES) {
    if (await detector.request({ kind: "hear", pcm: pcm.slice(at, at + FRAME_SAMPLES) })) found++;
  }
  await detector.request({ kind: "forget" });
  return found;
}

interface Room {
  readonly phrase: string;
  readonly snrDb: number;
  readonly calls: number;
}

async function benchVoice(detector: Detector, voice: Voice, { phrase, snrDb, calls }: Room) {
  const random = new Random(1, voice.name);
  let heard = 0;
  for (let call = 0; call < calls; call++) {
    const text = spelledForVoice(phrase) + CALLS[call % CALLS.length];
    const pcm = inNoise(await spoken(voice, [text]), snrDb, random);
    if ((await count(detector, pcm)) > 0) heard++;
  }
  const other = inNoise(await spoken(voice, otherSentences()), snrDb, random);
  return { heard, wrong: await count(detector, other), seconds: other.length / SAMPLE_RATE };
}

/** `xiaozhi bench wake`: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ args, options: { phrase: text, snr: text, calls: text, help: { type: "boolean" } } });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { phrase = "hey computer", snr = "40", calls: eachCalls = "6" } = values;
  const room: Room = { phrase, snrDb: Number(snr), calls: Number(eachCalls) };
  const module = new URL("../cli/wake/phrase-worker.ts", import.meta.url);
  const pool = new WorkerPool<PhraseJob, boolean>({ module, size: 1, clock: new RealClock() });
  const detector = await pool.acquire();
  await detector.request({ kind: "load", phrase });
  const sum = { heard: 0, calls: 0, wrong: 0, minutes: 0 };
  for (const voice of await findVoices()) {
    const { heard, wrong, seconds } = await benchVoice(detector, voice, room);
    console.log(`${voice.name.padEnd(14)} heard ${heard} of ${room.calls}, false ${wrong} in ${Math.round(seconds)} s`);
    sum.heard += heard;
    sum.calls += room.calls;
    sum.wrong += wrong;
    sum.minutes += seconds / 60;
  }
  console.log(
    `"${phrase}" at ${snr} dB: heard ${sum.heard} of ${sum.calls}; ${sum.wrong} false in ${sum.minutes.toFixed(1)} minutes of other speech`,
  );
  await pool.close();
  return 0;
}
