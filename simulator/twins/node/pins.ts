import type { Level, PinBank } from "../../device/pin-bank.ts";
import type { TwinHost, TwinPart } from "./part.ts";

/** The Node side of `embedded:io/digital`, `embedded:io/pwm` and `embedded:io/analog`. */
export function createPins(host: TwinHost, bank: PinBank): TwinPart {
  const pins = new Map<number, number>();

  function pinOf(id: number): number {
    const pin = pins.get(id);
    if (pin === undefined) throw new Error("closed");
    return pin;
  }

  function close(id: number): void {
    bank.close(pinOf(id));
    pins.delete(id);
  }

  return {
    calls: {
      "pins.open": (id: number, pin: number, mode: number, edges: number) => {
        let isPosted = false;
        bank.open(pin, mode, edges, () => {
          if (isPosted) return;
          isPosted = true;
          host.post(() => {
            isPosted = false;
            if (pins.has(id)) host.notify(id, "$readable", 2 ** (pin % 32));
          });
        });
        pins.set(id, pin);
      },
      "pins.read": (id: number) => bank.level(pinOf(id)),
      "pins.write": (id: number, level: Level) => bank.drive(pinOf(id), level),
      "pins.close": close,
      "pwm.open": (id: number, pin: number) => {
        bank.openPwm(pin);
        pins.set(id, pin);
      },
      "pwm.write": (id: number, duty: number) => bank.setDuty(pinOf(id), duty),
      "pwm.close": close,
      "analog.open": (id: number, pin: number) => {
        bank.openAnalog(pin);
        pins.set(id, pin);
      },
      "analog.read": (id: number) => bank.sample(pinOf(id)),
      "analog.close": close,
    },
    close() {
      for (const pin of pins.values()) bank.close(pin);
      pins.clear();
    },
  };
}
