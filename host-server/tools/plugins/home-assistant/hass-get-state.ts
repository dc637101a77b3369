import { definePlugin, type Plugin } from "../../plugin.ts";
import type { Home } from "./home.ts";

/** What of a device is told beside its state, where it has it. */
const TOLD = [
  "unit_of_measurement",
  "brightness",
  "color_temp_kelvin",
  "rgb_color",
  "media_title",
  "volume_level",
  "current_temperature",
  "temperature",
  "current_position",
  "battery_level",
] as const;

/** Tells the state of a device of the home. */
export function hassGetState(home: Home): Plugin {
  return definePlugin({
    name: "hass_get_state",
    description:
      "Gets the state of a device of the home: on or off, brightness, colour, volume, temperature, what plays.",
    params: { entity_id: { type: "string", description: `Entity id of the device. The devices are: ${home.list}` } },
    run: async ({ entity_id }, _caller, signal) => {
      const { state, attributes } = await home.stateOf(entity_id, signal);
      const told = TOLD.flatMap((key) => (attributes[key] == null ? [] : [[key, attributes[key]] as const]));
      return { data: { device: home.nameOf(entity_id), state, ...Object.fromEntries(told) } };
    },
  });
}
