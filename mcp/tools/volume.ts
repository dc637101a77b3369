import { defineTool, type Tool } from "../tool.ts";

/** What the tool controls: something with a volume that is kept. */
export interface VolumeControl {
  /** 0 to 100 */
  set(percent: number): void;
}

export function volumeTool(control: VolumeControl): Tool {
  return defineTool({
    name: "self.audio_speaker.set_volume",
    description:
      "Set the volume of the audio speaker. If the current volume is unknown, " +
      "call `self.get_device_status` first and then this tool.",
    params: { volume: { type: "integer", minimum: 0, maximum: 100 } },
    run: ({ volume }) => {
      control.set(volume);
      return { success: true, volume, message: `Volume set to ${volume}` };
    },
  });
}
