import { call } from "host";
import VirtualScreen, { type Shape } from "virtual/screen";

/** Twin of `ili9341` and of the drivers that are the same class: a screen of the size in the manifest's `defines`. */
export default class ILI9341 extends VirtualScreen {
  #rotation = 0;

  constructor(glass: { readonly isRound?: boolean } = {}) {
    super({ ...call<Shape>("screen.driver", "ili9341"), ...glass });
  }

  get rotation(): number {
    return this.#rotation;
  }

  set rotation(degrees: number) {
    if (![0, 90, 180, 270].includes(degrees)) throw new Error("invalid rotation");
    if ((degrees - this.#rotation) % 180 !== 0) this.turn();
    this.#rotation = degrees;
  }
}
