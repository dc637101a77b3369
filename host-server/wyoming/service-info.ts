import type { WyomingServerOptions } from "./wyoming-server.ts";

/** Who made it, which clients cannot do without. */
const ATTRIBUTION = { name: "XiaoZhi XS", url: "" };

/** What the event `info` says: one recogniser and one voice. */
export function serviceInfo({ models, languages }: WyomingServerOptions): object {
  const made = { attribution: ATTRIBUTION, installed: true, version: "1" };
  const program = (description: string) => ({ name: "xiaozhi", description, ...made });
  const model = (name: string) => ({ name, description: name, languages, ...made });
  return {
    asr: [{ ...program("Speech recognition of XiaoZhi"), models: [model(models.asr)] }],
    tts: [{ ...program("Voice of XiaoZhi"), voices: [model(models.tts)], supports_synthesize_streaming: true }],
  };
}
