import type { Plugin, PluginHost } from "./plugin.ts";
import { type CallDevice, callDevice } from "./plugins/call-device.ts";
import { changeRole } from "./plugins/change-role.ts";
import { getLunar } from "./plugins/get-lunar.ts";
import { getTime } from "./plugins/get-time.ts";
import { handleExitIntent } from "./plugins/handle-exit-intent.ts";

/** What plugins of this server may use beside what every plugin may. */
export interface ServerAbilities {
  /** Absent where devices cannot call each other. */
  readonly callDevice?: CallDevice;
}

/** Makes a plugin, or none where it would be of no use. */
type Create = (host: PluginHost, abilities: ServerAbilities) => Plugin | undefined;

/** The plugins of this server by name, in the order in which models see them. */
export const builtInPlugins: { readonly [name: string]: Create } = {
  handle_exit_intent: () => handleExitIntent,
  get_time: getTime,
  get_lunar: getLunar,
  change_role: changeRole,
  call_device: (host, abilities) => callDevice(host, abilities.callDevice),
};
