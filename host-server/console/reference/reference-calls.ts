import { z } from "zod";
import type { Config } from "../../config/schema.ts";
import { type DeviceRecord, deviceKey, getDevice, listDevices } from "../../storage/devices.ts";
import { callDeviceSettings } from "../../tools/plugins/call-device.ts";
import type { ConsoleParts } from "../parts.ts";

/** Devices of one owner that are looked at for a name. */
const MAX_DEVICES = 1_000;

/** A device calls another by a name, or says that it takes the call of the one with this name. */
export const callQuery = z.object({
  callerMac: z.string().min(1).max(40),
  nickname: z.string().trim().min(1).max(100),
  answer: z.enum(["true", "false"]).optional(),
});

/** What the reference's server is told; it says the message aloud where the status is `error`. */
export interface CallAnswer {
  readonly status: "success" | "error";
  readonly message: string;
}

/**
 * Has one device call another over the gateway. Names are those of the agent's contacts (`plugins.call_device`), then the aliases of
 * the devices of the same owner. Who is called answers by calling back.
 */
export async function callByName(
  parts: ConsoleParts,
  { callerMac, nickname }: z.output<typeof callQuery>,
  config: Config,
): Promise<CallAnswer> {
  const caller = deviceKey(callerMac);
  const book = await addressBook(parts, caller, config);
  const wanted = nickname.toLowerCase();
  const [name, target] = [...book].find(([known]) => known.toLowerCase() === wanted) ?? [];
  if (name === undefined || target === undefined) return refusal(`There is no device "${nickname}" to call.`);
  const [callerNickname = caller] = [...book].find(([, mac]) => mac === caller) ?? [];
  const call = parts.callDevice;
  if (!call) return refusal("Devices cannot call each other: there is no gateway.");
  const { status } = await call({ callerMac: caller, targetMac: target, callerNickname });
  const isCalling = status === "pending" || status === "bridged";
  return isCalling ? { status: "success", message: `Calling ${name}.` } : refusal(`${name} cannot be reached now.`);
}

async function addressBook(
  { storage }: Pick<ConsoleParts, "storage">,
  caller: string,
  { plugins }: Config,
): Promise<ReadonlyMap<string, string>> {
  const { call_device: settings } = plugins;
  const { contacts } = callDeviceSettings.parse(typeof settings === "object" ? settings : {});
  const device = await getDevice(storage, caller);
  const owner = device?.owner ?? null;
  const list = owner === null ? [] : (await listDevices(storage, { owner, perPage: MAX_DEVICES })).rows;
  const named = list
    .filter(({ alias }) => alias !== "")
    .map(({ alias, id }: DeviceRecord): [string, string] => [alias, id]);
  const known = Object.entries(contacts).map(([name, mac]): [string, string] => [name, plainMac(mac)]);
  return new Map([...named, ...known]);
}

function refusal(message: string): CallAnswer {
  return { status: "error", message };
}

/** `AA-BB-CC-DD-EE-FF`, with `_`, or without anything, as `aa:bb:cc:dd:ee:ff`. */
function plainMac(mac: string): string {
  return (mac.toLowerCase().match(/[0-9a-f]{2}/g) ?? []).join(":");
}
