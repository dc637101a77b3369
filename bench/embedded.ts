import { parseArgs } from "node:util";
import { inRoom, takeAll } from "./embedded/clip.ts";
import { type Played, playClips } from "./embedded/play.ts";
import { readSentences } from "./embedded/sentences.ts";
import { figuresOf, type Row, rowOf } from "./embedded/table.ts";
import { judge, type Verdict } from "./embedded/verdict.ts";
import { findVoices } from "./embedded/voices.ts";
import { printFigures } from "./figures.ts";

/** Speech to noise in dB; none in a quiet room. */
const CONDITIONS: readonly { readonly name: string; readonly snrDb?: number }[] = [
  { name: "clean" },
  { name: "20 dB", snrDb: 20 },
  { name: "10 dB", snrDb: 10 },
];

const HELP = `Usage: xiaozhi bench embedded [--condition NAME] [--seed N] [--list] [--json]

Says the hundred sentences of bench/embedded/sentences.txt to the firmware's virtual device, in a quiet room and with pink
noise, and tells how fast and how right the answers of the embedded speech are. The time from the last audible sample
spoken to the first one heard is media time through the real firmware, codec and server on a virtual clock (with 2 to 15
ms of network each way), and to it is added what the stages really computed after the end of the utterance.

  --condition NAME  only this one: ${CONDITIONS.map(({ name }) => name).join(", ")}
  --seed N          decides voices, loudness, pauses and noise  [1]
  --list            a line for each sentence
  --json            the figures as JSON, one object for each condition`;

/** `xiaozhi bench embedded`: speed and accuracy of the embedded speech, over a hundred generated utterances. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      condition: { type: "string" },
      seed: { type: "string", default: "1" },
      list: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const conditions = CONDITIONS.filter(({ name }) => values.condition === undefined || name === values.condition);
  const seed = Number(values.seed);
  if (conditions.length === 0 || !Number.isSafeInteger(seed)) {
    const wrong = conditions.length === 0 ? `--condition ${values.condition}` : `--seed ${values.seed}`;
    console.error(`xiaozhi bench embedded: ${wrong}: see --help`);
    return 2;
  }
  const voices = await findVoices();
  const takes = await takeAll(readSentences(), voices, seed);
  if (!values.json) console.log(`Voices: ${voices.map(({ name }) => name).join(", ")}; nothing is tuned on rms.`);
  const rows: Row[] = [];
  for (const { name, snrDb } of conditions) {
    const verdicts: Verdict[] = [];
    const clips = takes.map((take) => inRoom(take, snrDb));
    await playClips(clips, (played) => verdicts.push(note(played, values.list === true)));
    rows.push(rowOf(name, verdicts));
    if (!values.json) printFigures(`Embedded speech, ${name}`, figuresOf(rows.at(-1) as Row));
  }
  if (values.json) console.log(JSON.stringify(rows, null, 2));
  return 0;
}

function note(played: Played, isListed: boolean): Verdict {
  const verdict = judge(played);
  if (isListed) console.log(lineOf(verdict));
  return verdict;
}

function lineOf(verdict: Verdict): string {
  const { clip, heard, speechEnd } = verdict.played;
  const { kind, parts, meant } = clip.sentence;
  const utterances = heard.map(({ text, isUnclear, endedAt, partials }) => {
    const at = endedAt === undefined ? "given up" : `${Math.round(endedAt - speechEnd)} ms`;
    return `"${isUnclear ? "…" : text}" (${at}, ${partials.at(-1)?.outlook ?? "unknown"})`;
  });
  const marks = [
    verdict.isCutShort && "CUT SHORT",
    verdict.isFalseStart && "FALSE START",
    verdict.isAccepted && "ACCEPTED",
    meant !== "" && !verdict.isRight && "WRONG",
  ].filter(Boolean);
  const latency = verdict.latencyMs === undefined ? "" : `${Math.round(verdict.latencyMs)} ms`;
  return `${kind.padEnd(10)} ${clip.voice.padEnd(12)} ${parts.join(" ... ")} -> ${utterances.join(", ")} ${latency} ${marks.join(" ")}`;
}
