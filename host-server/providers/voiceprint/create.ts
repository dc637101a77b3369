import type { ProviderContext } from "../provider.ts";
import type { Voiceprint } from "../voiceprint.ts";
import { ApiVoiceprint } from "./api.ts";
import type { VoiceprintSettings } from "./settings.ts";
import { SherpaVoiceprint } from "./sherpa.ts";

/** Whether there is somebody to be known, and something to know them by. */
export function knowsVoices({ url, model, speakers }: VoiceprintSettings): boolean {
  return speakers.length > 0 && (url !== "" || model !== "");
}

/** Who tells people by their voices, for settings with `knowsVoices`. */
export function createVoiceprint(settings: VoiceprintSettings, context: ProviderContext): Voiceprint {
  return settings.url === "" ? new SherpaVoiceprint(settings, context) : new ApiVoiceprint(settings, context);
}
