import type { BoardFacts, UsedPin } from "./facts.ts";

/** What is wrong with a pin, at which of its uses. */
export interface PinFault {
  readonly at: UsedPin;
  readonly text: string;
  readonly isWarning?: boolean;
}

/** What a chip's pins are for, as far as a board may not use them freely. */
export interface ChipPins {
  /** With an octal PSRAM, which takes more pins. */
  readonly isOctal: boolean;
}

const LAST_PIN = 48;
const PWM_CHANNELS = 8;

/** Pins of the ESP32-S3 that decide how it starts, and what. */
const STRAPPING: ReadonlyMap<number, string> = new Map([
  [0, "start or be flashed"],
  [3, "where the JTAG is"],
  [45, "the flash memory's voltage"],
  [46, "start or be flashed, and messages of the ROM"],
]);

const isBetween = (pin: number, first: number, last: number) => pin >= first && pin <= last;

function illegal(pin: number, { isOctal }: ChipPins): string | undefined {
  if (!Number.isInteger(pin) || pin < 0 || pin > LAST_PIN || isBetween(pin, 22, 25)) {
    return `an ESP32-S3 has no pin ${pin} (it has 0 to 21 and 26 to ${LAST_PIN})`;
  }
  if (isBetween(pin, 26, 32)) return `pin ${pin} belongs to the flash memory`;
  if (isOctal && isBetween(pin, 33, 37)) {
    return `pin ${pin} belongs to the octal PSRAM (CONFIG_SPIRAM_MODE_OCT in sdkconfig.defaults)`;
  }
  return undefined;
}

function chipFaults(facts: BoardFacts, chip: ChipPins): PinFault[] {
  const faults: PinFault[] = [];
  for (const at of once(facts.pins)) {
    const { pin, use, field } = at;
    const problem = illegal(pin, chip);
    const decides = STRAPPING.get(pin);
    if (problem !== undefined) faults.push({ at, text: `${problem}; it is used as ${use}` });
    else if (decides !== undefined && field !== "button" && !facts.strappingPins.includes(pin)) {
      const text = `pin ${pin} is read when the chip starts (${decides}), and is used as ${use}: take another one, or say \`strappingPins: [${pin}]\` where the hardware is built so`;
      faults.push({ at, text });
    } else if (pin === 19 || pin === 20) {
      faults.push({ at, isWarning: true, text: `pin ${pin} is the chip's USB, and is used as ${use}` });
    }
  }
  return faults;
}

/** Each use of a pin once: a bus has many users. */
function once(pins: readonly UsedPin[]): UsedPin[] {
  const seen = new Set<string>();
  return pins.filter(({ pin, use, isBus }) => {
    const key = `${pin} ${use}`;
    if (isBus && seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function twice(pins: readonly UsedPin[]): PinFault[] {
  const first = new Map<number, UsedPin>();
  const faults: PinFault[] = [];
  for (const at of once(pins)) {
    const other = first.get(at.pin);
    if (!other) first.set(at.pin, at);
    else faults.push({ at, text: `pin ${at.pin} is used twice: as ${other.use} and as ${at.use}` });
  }
  return faults;
}

function pwmFaults(pins: readonly UsedPin[]): PinFault[] {
  const pwm = pins.filter(({ isPwm }) => isPwm);
  const at = pwm[PWM_CHANNELS];
  if (!at) return [];
  const uses = pwm.map(({ pin, use }) => `${use} at ${pin}`).join(", ");
  return [{ at, text: `${pwm.length} pins use PWM, and the chip has ${PWM_CHANNELS} channels: ${uses}` }];
}

/** What is wrong with a board's pins. @param chip undefined for boards that are no ESP32-S3, whose pins have no rules */
export function checkPins(facts: BoardFacts, chip: ChipPins | undefined): PinFault[] {
  return [...twice(facts.pins), ...(chip ? [...chipFaults(facts, chip), ...pwmFaults(facts.pins)] : [])];
}
