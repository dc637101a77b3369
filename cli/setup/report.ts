import type { Language } from "./languages.ts";
import { withoutKey } from "./probe.ts";
import type { Result } from "./trial.ts";

const LONGEST = 90;

/** How each part did, a line each. Keys are taken out of what servers say. */
export function describeResults(results: readonly Result[], { texts }: Language, keys: readonly string[]): string {
  const names = { tts: texts.voice, vad: "VAD", asr: texts.ears, llm: texts.mind };
  const lines = results.map(({ stage, isGood, ms, text, problem }) => {
    const time = ms === undefined ? "" : `${Math.round(ms)} ms`.padStart(8);
    const said = text === undefined || text === "" ? "" : `“${shortened(text)}”`;
    const words = [time, stage === "asr" && said !== "" ? `${texts.heard}: ${said}` : said, problem ?? ""];
    return `${isGood ? "✔" : "✘"} ${names[stage]}  ${words.filter((word) => word !== "").join("  ")}`;
  });
  return keys.reduce(withoutKey, lines.join("\n"));
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
