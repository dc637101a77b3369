import { ToolError } from "../../../errors.ts";
import { definePlugin, type Plugin } from "../../plugin.ts";
import type { Home } from "./home.ts";

/** What a model may ask for, as the reference names it. */
const TYPES = [
  "turn_on",
  "turn_off",
  "brightness_up",
  "brightness_down",
  "brightness_value",
  "set_color",
  "set_kelvin",
  "volume_up",
  "volume_down",
  "volume_set",
  "volume_mute",
  "pause",
  "continue",
] as const;

type Wish = {
  readonly type: (typeof TYPES)[number];
  readonly input: number;
  readonly is_muted: string;
  readonly rgb_color: readonly number[];
};

/** A service of the home and its data beside the device. */
interface ServiceCall {
  readonly action: string;
  readonly data?: object;
}

/** Services that are named otherwise for some kinds of devices. */
const OWN_NAMES: { readonly [kind: string]: { readonly [type: string]: string } } = {
  cover: { turn_on: "open_cover", turn_off: "close_cover", pause: "stop_cover", continue: "open_cover" },
  vacuum: { turn_on: "start", turn_off: "stop", pause: "pause", continue: "start" },
  media_player: { pause: "media_pause", continue: "media_play" },
};

const STEP_PERCENT = 10;

/** Switches and adjusts a device of the home. */
export function hassSetState(home: Home): Plugin {
  return definePlugin({
    name: "hass_set_state",
    description:
      "Sets a device of the home: switches it on or off, opens and closes it, changes brightness, colour or colour " +
      "temperature of a light, volume of a player, pauses and continues.",
    params: {
      state: {
        type: "object",
        properties: {
          type: { type: "string", enum: TYPES, description: "What to do; turn_on also opens, turn_off closes." },
          input: {
            type: "integer",
            default: 0,
            description: "Percent for brightness and volume, kelvin for set_kelvin.",
          },
          is_muted: { type: "string", default: "true", description: "For volume_mute: true or false." },
          rgb_color: {
            type: "array",
            items: { type: "integer", minimum: 0, maximum: 255 },
            default: [],
            description: "For set_color: red, green, blue.",
          },
        },
      },
      entity_id: { type: "string", description: `Entity id of the device. The devices are: ${home.list}` },
    },
    run: async ({ state, entity_id }, _caller, signal) => {
      const name = home.nameOf(entity_id);
      const [kind = ""] = entity_id.split(".");
      const { action, data } = serviceFor(state, kind);
      await home.call(`${kind}/${action}`, { entity_id, ...data }, signal);
      return `Done: ${name}, ${state.type.replaceAll("_", " ")}${state.input > 0 ? ` ${state.input}` : ""}.`;
    },
  });
}

/** @throws ToolError `home-state` when what it takes is missing */
function serviceFor(wish: Wish, kind: string): ServiceCall {
  const { type, input, is_muted, rgb_color } = wish;
  switch (type) {
    case "brightness_up":
      return { action: "turn_on", data: { brightness_step_pct: STEP_PERCENT } };
    case "brightness_down":
      return { action: "turn_on", data: { brightness_step_pct: -STEP_PERCENT } };
    case "brightness_value":
      return { action: "turn_on", data: { brightness_pct: within(wish, 0, 100) } };
    case "set_kelvin":
      return { action: "turn_on", data: { color_temp_kelvin: within(wish, 1_000, 20_000) } };
    case "set_color":
      if (rgb_color.length === 3) return { action: "turn_on", data: { rgb_color } };
      throw new ToolError(
        "home-state",
        `state.rgb_color: expected red, green and blue, got ${JSON.stringify(rgb_color)}`,
      );
    case "volume_set":
      return { action: type, data: { volume_level: within(wish, 0, 100) / 100 } };
    case "volume_mute":
      return { action: type, data: { is_volume_muted: is_muted !== "false" } };
    case "pause":
    case "continue":
      if (OWN_NAMES[kind]?.[type]) return { action: OWN_NAMES[kind][type] };
      throw new ToolError("home-state", `a ${kind} cannot ${type}${input > 0 ? ` (${input})` : ""}`);
    default:
      return { action: OWN_NAMES[kind]?.[type] ?? type };
  }
}

function within({ type, input }: Wish, least: number, most: number): number {
  if (input >= least && input <= most) return input;
  throw new ToolError("home-state", `state.input: expected ${least} to ${most} for ${type}, got ${input}`);
}
