import { type Board, defineBoard } from "boards/board";
import { twoControllers } from "modules/hardware/audio-part";
import { eitherButton, pinButton } from "modules/hardware/button";
import { pixelLight } from "modules/hardware/light";
import type { PanelPart } from "modules/hardware/panel";
import { lamp } from "modules/parts/switch";
import { screen } from "modules/ui/screen/screen-part";

/** An ESP32-S3 on a breadboard with an INMP441, a MAX98357A, four buttons and an OLED: one board for each panel. */
export function breadboard(name: string, panel: PanelPart): Board {
  return defineBoard({
    name,
    family: "bread-compact-wifi",
    flashBytes: 16 * 1024 * 1024,
    chip: "esp32s3",
    audio: twoControllers({
      microphone: { sampleRate: 16000, bclk: 5, ws: 4, data: 6 },
      speaker: { sampleRate: 24000, bclk: 15, ws: 16, data: 7 },
    }),
    button: eitherButton(pinButton(0), pinButton(47)),
    volumeButtons: { up: pinButton(40), down: pinButton(39) },
    light: pixelLight(48),
    screen: screen(panel),
    parts: [lamp(18)],
  });
}
