import { z } from "zod";
import { definePlugin, type Plugin, type PluginHost } from "../plugin.ts";
import { readPluginSettings } from "./plugin-settings.ts";

/** Has one device call another; addresses have `:` and small letters. */
export type CallDevice = (call: {
  readonly callerMac: string;
  readonly targetMac: string;
  readonly callerNickname: string;
}) => Promise<{ readonly status: "offline" | "pending" | "no_pending" | "bridged" }>;

export const callDeviceSettings = z.strictObject({
  contacts: z
    .record(z.string().min(1), z.string().regex(/^([0-9a-f]{2}[:_-]?){5}[0-9a-f]{2}$/i, "expected a MAC address"))
    .default({})
    .describe("The devices that can be called: by what users call them, their MAC addresses."),
});

/**
 * Lets a device call another one by voice, over this server's own gateway; whoever is called calls back to accept.
 * Undefined when there is nobody to call.
 */
export function callDevice(host: PluginHost, call: CallDevice | undefined): Plugin | undefined {
  const { contacts } = readPluginSettings("call_device", callDeviceSettings, host.settings);
  const book = new Map(Object.entries(contacts).map(([nickname, mac]) => [nickname, addressOf(mac)]));
  if (!call || book.size === 0) return undefined;
  return definePlugin({
    name: "call_device",
    description: `Calls another device, so that users can speak to each other; also to accept a call. Devices: ${[...book.keys()].join(", ")}.`,
    params: { nickname: { type: "string", description: "The device to call." } },
    run: async ({ nickname }, { deviceId }) => {
      const wanted = nickname.trim().toLowerCase();
      const [name, targetMac] = [...book].find(([known]) => known.toLowerCase() === wanted) ?? [];
      if (!targetMac) return { text: `There is no device "${nickname.slice(0, 40)}" to call.`, isError: true };
      const callerMac = addressOf(deviceId);
      const [callerNickname = deviceId] = [...book].find(([, mac]) => mac === callerMac) ?? [];
      const { status } = await call({ callerMac, targetMac, callerNickname });
      if (status === "pending" || status === "bridged") return { text: `Calling ${name}.`, reply: "" };
      return { text: `${name} cannot be reached now.`, isError: true };
    },
  });
}

/** `AA-BB-CC-DD-EE-FF`, with `_`, or without anything, as `aa:bb:cc:dd:ee:ff`. */
function addressOf(mac: string): string {
  return (mac.toLowerCase().match(/[0-9a-f]{2}/g) ?? []).join(":");
}
