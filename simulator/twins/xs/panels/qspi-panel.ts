import { call } from "host";
import VirtualScreen, { type Shape } from "virtual/screen";

/** Twin of the firmware's driver for panels on QSPI: the same rectangles, and a record of the commands. */
export default class QspiPanel extends VirtualScreen {
  constructor(glass: { readonly isRound?: boolean } = {}) {
    super({ ...call<Shape>("screen.driver", "qspi_panel"), ...glass });
  }

  command(register: number, data: Uint8Array = new Uint8Array()): void {
    call("screen.command", register, data.slice());
  }

  /** The chips write pairs of lines and columns; what is odd shifts a picture by a pixel. */
  override begin(area: { x: number; y: number; width: number; height: number }): void {
    const { x, y, width, height } = area;
    if ((x | y | width | height) & 1) throw new Error(`odd rectangle: ${x}, ${y}, ${width} x ${height}`);
    super.begin(area);
  }
}
