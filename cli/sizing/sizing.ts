import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PHRASES } from "../fleet/model/phrases.ts";
import { speakPhrases } from "../fleet/world/spoken-phrases.ts";
import { type Capacity, capacityOf, describeCapacity } from "./capacity.ts";
import { type CodecCost, measureCodec } from "./codec.ts";
import { type ConversationCost, measureConversations } from "./conversations.ts";
import { type DiskCost, measureDisk } from "./disk.ts";
import { measureSpeech, type SpeechCost } from "./speech.ts";

const HELP = `Usage: xiaozhi bench [--data DIR] [--json]

How many devices this machine serves, in about two minutes: what the codec, the recogniser and voice that come with the server, the
disk, a talking and a silent device cost here, and what follows from that. Other work on the machine shows in the figures.

  --data DIR  the server's data folder, whose disk is measured  [data]
  --json      the figures as JSON

In the repository "npm run bench -- SUBJECT" measures one thing more closely: devices, gateway, mcp, talkers, idle, barge-in,
turn-detection, wake, storage, embedded.`;

interface Sizing {
  readonly codec: CodecCost;
  readonly disk: DiskCost;
  readonly speech: SpeechCost;
  readonly conversations: ConversationCost;
  readonly capacity: Capacity;
}

/** `xiaozhi bench` without a subject: see its `--help`. Gives the exit status. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { data: { type: "string", default: "data" }, json: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  mkdirSync(values.data, { recursive: true });
  const folder = await mkdtemp(join(values.data, "sizing-"));
  try {
    const sizing = await measure(folder, values.json ? () => {} : (what) => console.error(what));
    console.log(values.json ? JSON.stringify(sizing, null, 2) : describe(sizing));
    return 0;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string, tell: (what: string) => void): Promise<Sizing> {
  tell("Codec and disk …");
  const phrases = await speakPhrases(PHRASES);
  const codec = measureCodec(phrases[0]?.pcm ?? new Int16Array(16_000));
  const disk = await measureDisk(folder);
  tell("Recogniser and voice …");
  const speech = await measureSpeech(phrases, folder);
  tell("Conversations, and a thousand silent devices …");
  const conversations = await measureConversations(folder);
  return { codec, disk, speech, conversations, capacity: capacityOf(conversations, speech, availableParallelism()) };
}

/** The figures, and what they mean. */
function describe({ codec, disk, speech, conversations, capacity }: Sizing): string {
  const rows: readonly (readonly [string, string])[] = [
    ["cores, Node", `${availableParallelism()}, ${process.version}`],
    [
      `Opus (${codec.kind}), a frame of 60 ms: encode best / quickest, decode, µs`,
      micro(codec.encode, codec.encodeQuickly, codec.decode),
    ],
    ["disk, a page written for good, p50 / p95 ms", `${disk.p50Ms.toFixed(1)} / ${disk.p95Ms.toFixed(1)}`],
    [
      "recogniser and voice of the server, CPU s for a second of speech",
      `${speech.recogniser.toFixed(2)} / ${speech.voice.toFixed(2)}`,
    ],
    ["a device in conversation, % of a core", (conversations.coreShare * 100).toFixed(2)],
    ["a turn without recogniser, model and voice, ms of CPU", conversations.turnCpuMs.toFixed(0)],
    ["a silent device, KiB", (conversations.idleRssBytes / 1024).toFixed(1)],
    ["the server without devices, MiB", (conversations.serverRssBytes / 1024 ** 2).toFixed(0)],
  ];
  const lines = rows.map(([name, value]) => `  ${name.padEnd(76)} ${value.padStart(16)}`);
  return [...lines, "", describeCapacity(capacity)].join("\n");
}

function micro(...values: readonly number[]): string {
  return values.map((value) => value.toFixed(0)).join(" / ");
}
