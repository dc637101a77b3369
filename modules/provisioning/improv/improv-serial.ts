import { frozen } from "../../../protocol/frozen.ts";
import { type SerialPins, SerialPort } from "../../io/serial/serial-port.ts";
import type { SerialSetupPart, SerialSetupParts } from "../serial-setup.ts";
import { Improv } from "./improv.ts";

class ImprovSerialPart implements SerialSetupPart {
  readonly #pins: SerialPins;

  constructor(pins: SerialPins) {
    this.#pins = pins;
  }

  create(parts: SerialSetupParts): void {
    const port = new SerialPort(this.#pins, (bytes) => improv.receive(bytes));
    const improv = new Improv({ ...parts, send: (bytes) => port.send(bytes) });
  }
}

/**
 * Set-up from a computer, over the UART that a board's USB bridge is at: pins 43 and 44 on an ESP32-S3. The board's
 * manifest includes `modules/provisioning/improv/manifest.json`.
 */
export function improvSerial(pins: SerialPins = { transmit: 43, receive: 44 }): SerialSetupPart {
  return new ImprovSerialPart(frozen(pins));
}
