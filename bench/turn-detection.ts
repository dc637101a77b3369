import { basename } from "node:path";
import { parseArgs } from "node:util";
import { readSentences } from "./embedded/sentences.ts";
import { findVoices } from "./embedded/voices.ts";
import { printFigures } from "./figures.ts";
import { Detector } from "./turn-detection/detector.ts";
import { generateSet } from "./turn-detection/generate.ts";
import { readRecording, readSet } from "./turn-detection/labelled-set.ts";
import { type Outcome, outcomeOf, type Score, scoreOf } from "./turn-detection/score.ts";
import { commonTools, readTools } from "./turn-detection/tools.ts";

const HELP = `Usage: xiaozhi bench turn-detection --set PATH [options]

Plays labelled recordings to the server's end-of-turn detection and tells how often it is right, how late it decides, and
how often it cuts a speaker off. docs/turn-detection.md describes the sets.

  --set PATH       a folder, or a file of JSON lines
  --patience MS    a turn that has not ended so long after the last sound is taken for open  [700]
  --tools FILE     what could be asked for, as MCP's tools/list gives it  [those of a common device]
  --generate DIR   writes a set of the sentences of "bench embedded" and ends
  --list           a line for each recording
  --json           the figures as JSON`;

/** `xiaozhi bench turn-detection`: the end-of-turn detector against any labelled set. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      set: { type: "string" },
      patience: { type: "string", default: "700" },
      tools: { type: "string" },
      generate: { type: "string" },
      list: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  const patienceMs = Number(values.patience);
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.generate !== undefined) {
    const count = await generateSet(values.generate, readSentences(), await findVoices());
    console.log(`${count} recordings written to ${values.generate}`);
    return 0;
  }
  if (values.set === undefined || !(patienceMs > 0)) {
    console.error(
      `xiaozhi bench turn-detection: ${values.set === undefined ? "--set is missing" : `--patience ${values.patience}`}: see --help`,
    );
    return 2;
  }
  const tools = values.tools === undefined ? commonTools : readTools(values.tools);
  try {
    const score = await measure(values.set, { tools, patienceMs, isListed: values.list === true });
    if (values.json) console.log(JSON.stringify(score, null, 2));
    else printFigures(`Turn detection, ${basename(values.set)}`, figuresOf(score));
    return 0;
  } catch (error) {
    console.error(`xiaozhi bench turn-detection: ${error instanceof Error ? error.message : error}`);
    return 1;
  }
}

interface MeasureOptions {
  readonly tools: ReturnType<typeof readTools> | typeof commonTools;
  readonly patienceMs: number;
  readonly isListed: boolean;
}

/** The score of a set. */
export async function measure(set: string, { tools, patienceMs, isListed }: MeasureOptions): Promise<Score> {
  const detector = new Detector(tools);
  const outcomes: Outcome[] = [];
  try {
    for (const labelled of await readSet(set)) {
      const pcm = readRecording(labelled);
      const decisions = await detector.detect(pcm);
      const outcome = outcomeOf(labelled, pcm, decisions, patienceMs);
      outcomes.push(outcome);
      const words = decisions.map(({ words, atMs }) => `"${words}" at ${Math.round(atMs)} ms`).join(", ");
      if (isListed)
        console.log(
          `${labelled.isComplete ? "complete  " : "incomplete"} ${basename(labelled.file)} ${mark(outcome)} ${words}`,
        );
    }
  } finally {
    await detector.close();
  }
  return scoreOf(outcomes);
}

function mark({ isCutOff, isEnded, labelled }: Outcome): string {
  if (isCutOff) return "CUT OFF";
  return isEnded === labelled.isComplete ? "right" : "WRONG";
}

function figuresOf(score: Score) {
  return [
    { name: "recordings, complete / incomplete", value: `${score.complete} / ${score.incomplete}` },
    { name: "accuracy, %", value: String(score.accuracy_percent) },
    { name: "precision / recall of finished turns, %", value: `${score.precision_percent} / ${score.recall_percent}` },
    { name: "F1, %", value: String(score.f1_percent) },
    { name: "speakers cut off, %", value: String(score.false_cut_off_percent) },
    { name: "last sound to decision, p50 / p95 ms", value: `${score.latency_p50_ms} / ${score.latency_p95_ms}` },
  ];
}
