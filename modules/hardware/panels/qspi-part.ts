import QspiPanel from "qspi-panel";
import Timer from "timer";
import { fromHex } from "../../../protocol/hex.ts";
import type { Shared } from "../../system/shared.ts";
import type { Panel, PanelPart } from "../panel.ts";
import { type PanelTraits, resetPanel } from "./panel-traits.ts";

/** Which way the chip writes its memory, and how it is turned. */
const MEMORY_ACCESS = 0x36;
const TURNED = Object.freeze({ 0: 0x00, 90: 0x60, 180: 0xc0, 270: 0xa0 } as const);
/** Of panels that shine themselves, 0 to 255. */
const BRIGHTNESS = 0x51;

/** What the chip of a panel wants. */
export interface QspiChip {
  /**
   * Registers to be set, in hexadecimal with a space between: the register's number and what goes into it. `+120`
   * waits so many ms.
   */
  readonly registers: string;
  /** It shines itself. */
  readonly hasLight: boolean;
}

/**
 * Sets registers as {@link QspiChip} has them. They are taken one by one: as a list, those of some chips would be more
 * than a device has room for.
 */
function setRegisters(panel: QspiPanel, registers: string): void {
  for (let at = 0; at < registers.length; ) {
    const space = registers.indexOf(" ", at);
    const end = space < 0 ? registers.length : space;
    const entry = registers.slice(at, end);
    at = end + 1;
    if (entry.startsWith("+")) {
      Timer.delay(Number(entry.slice(1)));
      continue;
    }
    const bytes = fromHex(entry, entry.length >> 1);
    if (!bytes?.length) throw new Error(`panel: "${entry}" is no register`);
    panel.command(bytes[0] as number, bytes.subarray(1));
  }
}

/** A panel on QSPI. */
export class QspiPart implements PanelPart {
  readonly #chip: QspiChip;
  readonly #traits: PanelTraits;

  constructor(chip: QspiChip, traits: PanelTraits) {
    this.#chip = chip;
    this.#traits = traits;
  }

  create(shared: Shared): Panel {
    const { isRound = false, rotation = 0 } = this.#traits;
    resetPanel(this.#traits, shared);
    const pixels = new QspiPanel({ isRound });
    setRegisters(pixels, this.#chip.registers);
    pixels.command(MEMORY_ACCESS, Uint8Array.of(TURNED[rotation]));
    if (!this.#chip.hasLight) return { pixels, isRound };
    const setBrightness = (percent: number) => {
      pixels.command(BRIGHTNESS, Uint8Array.of(Math.round((Math.min(Math.max(percent, 0), 100) * 255) / 100)));
    };
    setBrightness(100);
    return { pixels, isRound, setBrightness };
  }
}
