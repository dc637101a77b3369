import { parseArgs } from "node:util";
import { type BargeInFigures, interruptOften } from "./barge-in/run.ts";
import { SCENES, type Scene } from "./barge-in/scenes.ts";
import { type Figure, printFigures } from "./figures.ts";

const HELP = `Usage: xiaozhi bench barge-in [--scene TEXT] [--repetitions N] [--seed N] [--json]

Somebody interrupts the answers of a virtual device: by its button, by voice while the device cancels its echo, and by
voice while the server does, in rooms in which the microphone hears the loudspeaker. Everything but the recogniser and
the model is real, on virtual time, so that the figures do not depend on the machine.

  --scene TEXT     only those with this in their name
  --repetitions N  interruptions in each scene  [200]
  --seed N         decides when they come  [3]
  --json           the figures as JSON`;

/** `xiaozhi bench barge-in`: how soon a device falls silent. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      scene: { type: "string", default: "" },
      repetitions: { type: "string", default: "200" },
      seed: { type: "string", default: "3" },
      json: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const repetitions = Number(values.repetitions);
  if (!Number.isSafeInteger(repetitions) || repetitions < 1) {
    console.error(`xiaozhi bench barge-in: --repetitions: expected a number from 1 on, got "${values.repetitions}"`);
    return 2;
  }
  const seed = Number(values.seed);
  const scenes = SCENES.filter(({ name }) => name.includes(values.scene));
  if (scenes.length === 0 || !Number.isSafeInteger(seed)) {
    const wrong = scenes.length === 0 ? `--scene ${values.scene}` : `--seed ${values.seed}`;
    console.error(`xiaozhi bench barge-in: ${wrong}: see --help`);
    return 2;
  }
  const all: BargeInFigures[] = [];
  for (const scene of scenes) {
    const figures = await interruptOften(scene, repetitions, seed);
    all.push(figures);
    if (!values.json) printFigures(`Interrupted by ${scene.name}`, rows(figures, scene));
  }
  if (values.json) console.log(JSON.stringify(all, null, 2));
  return 0;
}

function rows(figures: BargeInFigures, { isVoice }: Scene): Figure[] {
  const { decision_p50_ms, decision_p95_ms, decision_max_ms, onset_p50_ms, onset_p95_ms } = figures;
  return [
    { name: "interruptions, of them without effect", value: `${figures.interruptions}, ${figures.missed}` },
    {
      name: "decision to silence, p50 / p95 / max ms",
      value: `${decision_p50_ms} / ${decision_p95_ms} / ${decision_max_ms}`,
      target: "<= 80",
    },
    ...(isVoice
      ? [{ name: "voice to silence, p50 / p95 ms", value: `${onset_p50_ms} / ${onset_p95_ms}`, target: "p95 <= 250" }]
      : []),
    { name: "interruptions of itself", value: String(figures.self_interruptions), target: "0" },
    { name: "answers heard after their end", value: String(figures.leaks), target: "0" },
  ];
}
