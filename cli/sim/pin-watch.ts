import type { Clock } from "../../protocol/clock.ts";
import type { PinBank } from "../../simulator/device/pin-bank.ts";

/** A light that fades changes its duty 200 times a second: what it comes to is told. */
const SETTLE_MS = 100;

/** Tells how the pins change that a device drives: "pin 18 high", "pin 42 at 75 %". */
export function watchPins(pins: PinBank, clock: Clock, tell: (change: string) => void): void {
  const settling = new Map<number, () => void>();
  pins.onDrive = (pin, level) => tell(`pin ${pin} ${level === 1 ? "high" : "low"}`);
  pins.onDuty = (pin) => {
    settling.get(pin)?.();
    const settled = () => tell(`pin ${pin} at ${Math.round((pins.duty(pin) ?? 0) * 1000) / 10} %`);
    settling.set(pin, clock.schedule(SETTLE_MS, settled));
  };
}
