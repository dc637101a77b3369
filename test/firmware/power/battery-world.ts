import { createWorld, type WorldOptions } from "../world.ts";

const [BATTERY_PIN, CHARGER_PIN, POWER_PIN, BACKLIGHT_PIN] = [4, 5, 6, 42];

/** A device that lives on a battery, at first a full one. */
export async function createBatteryWorld(options: WorldOptions = {}) {
  const world = await createWorld({ board: "simulator-battery", ...options });
  const { pins } = world.device;
  /** mV of the battery; half of it lies at the pin. */
  const setBattery = (voltage: number) => pins.setVoltage(BATTERY_PIN, voltage / 2);
  setBattery(4200);
  /** Of 1; rounded, as duty is. */
  const backlight = () => Math.round((pins.duty(BACKLIGHT_PIN) ?? 0) * 100);
  const call = async (name: string, args: object = {}) => {
    const params = { name, arguments: args };
    world.server.send({ type: "mcp", payload: { jsonrpc: "2.0", id: 7, method: "tools/call", params } });
    await world.clock.advance(50);
    const answer = world.server.messages.at(-1)?.["payload"] as
      | { result?: { content: { text: string }[] } }
      | undefined;
    return answer?.result?.content[0]?.text ?? "";
  };
  return {
    ...world,
    setBattery,
    plugIn: () => pins.press(CHARGER_PIN),
    unplug: () => pins.release(CHARGER_PIN),
    hasPower: () => pins.level(POWER_PIN) === 1,
    backlight,
    call,
  };
}
