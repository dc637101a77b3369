import { ProtocolError } from "../../../protocol/errors.ts";
import type { DeviceConnection } from "../mqtt/device-connection.ts";
import type { Batch, CommandRequest } from "./requests.ts";

/** ms that a device has to answer. */
const TIMEOUT_MS = 5_000;

/** What came of a command for one device. */
export type CommandResult =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: string };

/** Runs a command; a device that is away, refuses or is silent gives a result that says so. */
export async function runCommand(
  command: CommandRequest,
  device: DeviceConnection | undefined,
): Promise<CommandResult> {
  if (!device) return { success: false, error: "the device is not connected" };
  try {
    return { success: true, data: (await run(command, device)) ?? null };
  } catch (error) {
    const isTimeout = error instanceof ProtocolError && error.code === "rpc-timeout";
    return { success: false, error: isTimeout ? "timeout" : (error as Error).message };
  }
}

/** Devices of a batch: those of `clientIds`, or of a whole `group`. */
export function targetsOf(
  { clientIds = [], group }: Batch,
  devices: ReadonlyMap<string, DeviceConnection>,
): readonly string[] {
  if (group === undefined) return clientIds;
  return [...devices.values()].filter(({ id }) => id.group === group).map(({ id }) => id.text);
}

async function run(command: CommandRequest, device: DeviceConnection): Promise<unknown> {
  switch (command.type) {
    case "mcp":
      return device.request(command.payload.method, command.payload.params, TIMEOUT_MS);
    case "say":
      return device.say(command.text, command.listen === true);
    case "reboot":
      return device.send({ type: "system", command: "reboot" });
    case "alert": {
      const { type, status, message, emotion = "neutral" } = command;
      return device.send({ type, status, message, emotion });
    }
    case "notify": {
      const { type, audio_url, subtitles } = command;
      return device.send({ type, audio_url, ...(subtitles && { subtitles }) });
    }
    default:
      return command satisfies never;
  }
}
