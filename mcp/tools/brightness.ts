import { defineTool, type Tool } from "../tool.ts";

/** What the tool controls: a screen's backlight whose brightness is kept. */
export interface BrightnessControl {
  /** 0 to 100 */
  set(percent: number): void;
}

export function brightnessTool(control: BrightnessControl): Tool {
  return defineTool({
    name: "self.screen.set_brightness",
    description: "Set the brightness of the screen.",
    params: { brightness: { type: "integer", minimum: 0, maximum: 100 } },
    run: ({ brightness }) => {
      control.set(brightness);
      return { success: true, brightness, message: `Brightness set to ${brightness}` };
    },
  });
}
