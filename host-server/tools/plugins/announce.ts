import { z } from "zod";
import type { Clock } from "../../../protocol/clock.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { definePlugin, type Plugin, type PluginHost } from "../plugin.ts";
import type { Reach } from "../reach.ts";
import { readPluginSettings } from "./plugin-settings.ts";

/** ms after which an announcement that has to wait for a conversation is told of as waiting. */
const WAIT_MS = 12_000;
const MAX_CHARACTERS = 300;
const EVERYONE = /^(all|everyone|everybody|everywhere|所有|全部|大家|所有人|全家)$/i;

export const announceSettings = z.strictObject({
  devices: z
    .record(z.string().min(1), z.string().regex(/^([0-9a-f]{2}[:_-]?){5}[0-9a-f]{2}$/i, "expected a MAC address"))
    .default({})
    .describe("The devices that can be spoken through: by what users call them, their MAC addresses."),
});

/** What became of an announcement at one device. */
type Fate = "said" | "waiting" | "offline" | "failed";

/** Says something through other devices. Undefined where none is named. */
export function announce(host: PluginHost, reach: Reach | undefined): Plugin | undefined {
  const settings = readPluginSettings("announce", announceSettings, host.settings);
  const book = Object.entries(settings.devices).map(([name, mac]) => ({ name, deviceId: addressOf(mac) }));
  if (!reach || book.length === 0) return undefined;
  const known = book.map(({ name }) => name).join(", ");
  return definePlugin({
    name: "announce",
    description: `Says something aloud through other devices: "tell the kitchen that dinner is ready". Devices: ${known}.`,
    params: {
      message: { type: "string", description: "What to say there, as those who hear it should hear it." },
      devices: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Names of the devices; leave it out for all of them.",
      },
    },
    run: async ({ message, devices }, { deviceId }) => {
      const wanted = devices.map((name) => name.trim().toLowerCase()).filter((name) => !EVERYONE.test(name));
      const others = book.filter((device) => device.deviceId !== addressOf(deviceId));
      const chosen = others.filter(({ name }) => wanted.length === 0 || wanted.includes(name.toLowerCase()));
      const unknown = wanted.filter((name) => !book.some((device) => device.name.toLowerCase() === name));
      const text = message.trim().slice(0, MAX_CHARACTERS);
      const fates = await Promise.all(
        chosen.map(async (to) => [to.name, await tell(to.deviceId, text, { reach, host })]),
      );
      const results: JsonObject = Object.fromEntries([...fates, ...unknown.map((name) => [name, "unknown"])]);
      const hasFailed = !Object.values(results).some((fate) => fate === "said" || fate === "waiting");
      return { data: { results }, isError: hasFailed };
    },
  });
}

interface Means {
  readonly reach: Reach;
  readonly host: { readonly clock: Clock; readonly log: PluginHost["log"] };
}

async function tell(deviceId: string, text: string, { reach, host }: Means): Promise<Fate> {
  const say = reach.voiceOf(deviceId);
  if (typeof say === "string") return "offline";
  const late = Promise.withResolvers<Fate>();
  const cancel = host.clock.schedule(WAIT_MS, () => late.resolve("waiting"));
  const saying = say(text).then(
    (): Fate => "said",
    (error: unknown): Fate => {
      host.log.warn({ device: deviceId, error }, "an announcement could not be said");
      return "failed";
    },
  );
  const fate = await Promise.race([saying, late.promise]);
  cancel();
  return fate;
}

/** `AA-BB-CC-DD-EE-FF`, with `_`, or without anything, as `aa:bb:cc:dd:ee:ff`. */
function addressOf(mac: string): string {
  return (mac.toLowerCase().match(/[0-9a-f]{2}/g) ?? []).join(":");
}
