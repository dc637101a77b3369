import type { Board } from "../../boards/board.ts";
import type { Clock } from "../../protocol/clock.ts";
import type { Alarms } from "../alarms/alarms.ts";
import type { Settings } from "../boot/settings.ts";
import type { Backlight } from "../hardware/backlight.ts";
import type { BatteryState } from "../hardware/power/battery.ts";
import type { PowerSwitch } from "../hardware/power/power-switch.ts";
import { setRadioPower } from "../io/platform.ts";
import { BatteryWatch } from "../power/battery-watch.ts";
import { Rest, type RestStage } from "../power/rest.ts";
import type { StateMachine } from "../session/state-machine.ts";
import { contained } from "../system/contained.ts";
import type { Shared } from "../system/shared.ts";
import type { Shown } from "./shown.ts";

export interface PowerParts {
  readonly board: Board;
  readonly shared: Shared;
  readonly settings: Pick<Settings, "sleeps" | "brightness" | "restSeconds">;
  readonly machine: StateMachine;
  readonly clock: Clock;
  readonly alarms: Pick<Alarms, "isRinging" | "list">;
  readonly backlight: Backlight | undefined;
  readonly shown: Pick<Shown, "view" | "words" | "onAlert">;
}

/** Battery, radio, and what becomes of a device that nobody uses. */
export interface Power {
  /** Undefined for a board without a battery, and while it cannot be measured. */
  readonly battery: BatteryState | undefined;
  /** Why the battery does not allow an upgrade; undefined when it does. */
  readonly obstacle: string | undefined;
  /** Somebody uses the device. */
  stir(): void;
}

/** Of the brightness that the user has chosen, in percent at most. */
const DIM_PERCENT = 10;

/** Brings the board's battery and power switch to life. A device without a battery never rests. */
export function createPower(parts: PowerParts): Power {
  const { board, shared, settings, machine, clock } = parts;
  const { view, words, onAlert } = parts.shown;
  let watch: BatteryWatch | undefined;
  let powerSwitch: PowerSwitch | undefined;
  const setRadio = () => {
    // At a charger the device can afford to notice a message sooner.
    const rest = watch?.state?.isCharging ? "balanced" : "low";
    setRadioPower(machine.state === "idle" && settings.sleeps ? rest : "performance");
  };
  machine.onMove(setRadio);
  contained("power switch", () => {
    powerSwitch = board.powerSwitch && shared.of(board.powerSwitch);
  });
  const rest = board.battery && createRest(parts, () => !!watch?.state?.isDischarging, powerSwitch);
  contained("battery", () => {
    const battery = board.battery && shared.of(board.battery);
    const onChange = ({ percent, isCharging }: BatteryState) => {
      view?.showBattery(percent, isCharging);
      setRadio();
      rest?.look();
    };
    const onLow = (percent: number) => onAlert(words.batteryLow(percent), "warning", "low_battery");
    watch = battery && new BatteryWatch({ clock, battery, words, onChange, onLow });
    watch?.start();
  });
  return {
    get battery() {
      return watch?.state;
    },
    get obstacle() {
      return watch?.obstacle;
    },
    stir: () => rest?.stir(),
  };
}

function createRest(parts: PowerParts, isDischarging: () => boolean, powerSwitch: PowerSwitch | undefined): Rest {
  const { settings, machine, clock, alarms } = parts;
  const { dim, off } = settings.restSeconds;
  return new Rest({
    clock,
    machine,
    mayRest: () => isDischarging() && settings.sleeps,
    isBusy: () => alarms.isRinging,
    dimMs: dim * 1000,
    offMs: off * 1000,
    onStage: (stage) => {
      contained("rest", () => showRest(parts, stage));
      // An alarm rings only on a device that has power.
      if (stage === "off" && alarms.list().length === 0) contained("power off", () => powerSwitch?.off());
    },
  });
}

function showRest({ settings, backlight, shown, machine }: PowerParts, stage: RestStage): void {
  const most = { awake: 100, dim: DIM_PERCENT, off: 0 }[stage];
  backlight?.set(Math.min(settings.brightness, most));
  if (machine.state !== "idle") return;
  shown.view?.attend({ type: "llm", emotion: stage === "awake" ? "neutral" : "sleepy" });
}
