import type { PanelPart } from "../../hardware/panel.ts";
import type { ScreenPart, View, ViewParts } from "../view.ts";
import { Screen } from "./screen.ts";
import { ScreenView } from "./screen-view.ts";

class PanelScreen implements ScreenPart {
  readonly #panel: PanelPart;

  constructor(panel: PanelPart) {
    // A board lies in flash memory: nothing in it may change.
    this.#panel = Object.freeze(panel);
  }

  create(parts: ViewParts): View {
    const { clock, shared, theme } = parts;
    const screen = new Screen({ ...shared.of(this.#panel), clock, theme });
    return new ScreenView(screen, parts);
  }
}

/** What the device does, said and heard, on a panel. */
export function screen(panel: PanelPart): ScreenPart {
  return new PanelScreen(panel);
}
