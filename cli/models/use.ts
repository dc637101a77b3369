import { type Change, modelChanges } from "../setup/changes.ts";
import { changedText } from "../setup/config-file.ts";
import type { Model } from "./catalogue.ts";

/** What the configuration says to use a model; nothing for those that are used where they are installed. */
export function changesToUse({ name, stage }: Pick<Model, "name" | "stage">): readonly Change[] {
  if (stage === "asr" || stage === "tts") return modelChanges(stage, name);
  if (stage === "vad")
    return [
      { path: ["vad", "use"], value: ["ten", "silero"] },
      { path: ["vad", "ten", "model"], value: name },
    ];
  return stage === "voiceprint" ? [{ path: ["voiceprint", "model"], value: name }] : [];
}

/** These changes as lines of the configuration. */
export function linesOf(changes: readonly Change[]): string {
  return changedText("", changes).trimEnd();
}

/** What else is to be done for a model. */
export function whatElse({ stage }: Pick<Model, "stage">): string | undefined {
  if (stage === "turn") return "It is used from the next start of the server.";
  if (stage === "voiceprint") return "Who is to be known stands in voiceprint.speakers: docs/providers.md, who speaks.";
  return undefined;
}
