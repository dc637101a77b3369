import { describeBytes } from "./bytes.ts";
import { downloadBytes, findModel, MODELS, type Model } from "./catalogue.ts";
import type { StoredModel } from "./store.ts";

const STAGES: { readonly [stage in Model["stage"]]: string } = {
  asr: "Hearing words (asr)",
  tts: "Speaking (tts)",
  vad: "Hearing that somebody speaks (vad)",
  turn: "Hearing that somebody has finished (turn end)",
  voiceprint: "Hearing who speaks (voiceprint)",
};

/** What is known and what is there, for people. */
export function describeModels(stored: readonly StoredModel[]): string {
  const there = new Map(stored.map((model) => [model.name, model]));
  const sections = Object.entries(STAGES).map(([stage, title]) => {
    const rows = MODELS.filter((model) => model.stage === stage).map((model) => row(model, there.get(model.name)));
    return [title, ...rows].join("\n");
  });
  const own = stored.filter(({ name }) => !findModel(name));
  const rest = own.map(
    ({ name, bytes, folder }) => `  ● ${name.padEnd(22)} ${describeBytes(bytes).padStart(7)}  ${folder}`,
  );
  if (rest.length > 0) sections.push(["Your own", ...rest].join("\n"));
  return `${sections.join("\n\n")}\n\n● is installed. Sizes are those of the download, or of what is installed.`;
}

function row(model: Model, stored: StoredModel | undefined): string {
  const bytes = stored?.bytes ?? downloadBytes(model);
  const size = bytes === undefined ? "?" : describeBytes(bytes);
  const head = `  ${stored ? "●" : "○"} ${model.name.padEnd(22)} ${size.padStart(7)}  ${model.languages.join(", ")}`;
  return `${head}\n    ${model.about}\n    ${model.licence}`;
}

/** The same for programs. */
export function modelsAsJson(stored: readonly StoredModel[]): object[] {
  const there = new Map(stored.map((model) => [model.name, model]));
  const known = MODELS.map((model) => {
    const found = there.get(model.name);
    return { ...model, installed: found !== undefined, ...(found && { folder: found.folder, bytes: found.bytes }) };
  });
  const own = stored.filter(({ name }) => !findModel(name));
  return [...known, ...own.map(({ name, folder, bytes }) => ({ name, installed: true, folder, bytes }))];
}
