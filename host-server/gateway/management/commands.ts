import { ProtocolError, shown } from "../../../protocol/errors.ts";
import { Fields } from "../../../protocol/fields.ts";
import { isObject, type JsonObject } from "../../../protocol/json.ts";
import type { CallRequest } from "../mqtt/calls.ts";
import type { DeviceConnection } from "../mqtt/device-connection.ts";

/** ms that a device has to answer. */
const TIMEOUT_MS = 5_000;

/** What came of a command for one device. */
export type CommandResult =
  | { readonly success: true; readonly data: unknown }
  | { readonly success: false; readonly error: string };

/** Does one command to one device. @throws ProtocolError, or JsonRpcError what the device answered */
export type Command = (device: DeviceConnection) => Promise<unknown>;

/**
 * What a request asks for: `mcp` with a `payload` of `method` and `params`; `say` with a `text`, and `listen` when the device
 * shall listen afterwards; `reboot`; `alert` with `status`, `message` and `emotion`.
 *
 * @throws ProtocolError `message-invalid`, naming the member
 */
export function readCommand(body: JsonObject): Command {
  const fields = new Fields(body, "command");
  const type = fields.oneOf("type", ["mcp", "say", "reboot", "alert"]);
  if (type === "reboot") {
    return async (device) => device.send({ type: "system", command: "reboot" });
  }
  if (type === "say") {
    const text = fields.string("text");
    return (device) => device.say(text, body["listen"] === true);
  }
  if (type === "alert") {
    const [status, message] = [fields.string("status"), fields.string("message")];
    const emotion = fields.optionalString("emotion") ?? "neutral";
    return async (device) => device.send({ type: "alert", status, message, emotion });
  }
  const payload = new Fields(fields.object("payload"), "command.payload");
  const method = payload.string("method");
  const params = payload.optionalObject("params");
  return (device) => device.request(method, params, TIMEOUT_MS);
}

/** Runs a command; a device that is away, refuses or is silent gives a result that says so. */
export async function runCommand(command: Command, device: DeviceConnection | undefined): Promise<CommandResult> {
  if (!device) return { success: false, error: "the device is not connected" };
  try {
    return { success: true, data: (await command(device)) ?? null };
  } catch (error) {
    const isTimeout = error instanceof ProtocolError && error.code === "rpc-timeout";
    return { success: false, error: isTimeout ? "timeout" : (error as Error).message };
  }
}

/** Devices of a batch: those of `clientIds`, or of a whole `group`. */
export function readTargets(body: JsonObject, devices: ReadonlyMap<string, DeviceConnection>): readonly string[] {
  const fields = new Fields(body, "batch");
  if (body["group"] !== undefined) {
    const group = fields.string("group");
    return [...devices.values()].filter(({ id }) => id.group === group).map(({ id }) => id.text);
  }
  return readClientIds(body);
}

/** @throws ProtocolError `message-invalid` */
export function readClientIds(body: JsonObject): readonly string[] {
  const ids = new Fields(body, "request").array("clientIds");
  const wrong = ids.find((id) => typeof id !== "string");
  if (wrong !== undefined) {
    throw new ProtocolError("message-invalid", "request.clientIds", `expected strings, got ${shown(wrong)}`);
  }
  return ids as readonly string[];
}

/** @throws ProtocolError `message-invalid` */
export function readCallRequest(body: JsonObject): CallRequest {
  return {
    callerMac: readMac(body, "caller_mac"),
    targetMac: readMac(body, "target_mac"),
    callerNickname: new Fields(body, "request").optionalString("caller_nickname") ?? "",
  };
}

/** The address of a device, with `:`, however it was written. @throws ProtocolError `message-invalid` */
export function readMac(body: JsonObject, key: string): string {
  return new Fields(body, "request").string(key).toLowerCase().replaceAll("_", ":");
}

/** A request's body. @throws ProtocolError `message-invalid` */
export function readBody(value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw new ProtocolError("message-invalid", "request", `expected an object, got ${shown(value)}`);
}
