import { getAgent } from "../storage/agents.ts";
import { type DeviceRecord, deviceKey, getDevice } from "../storage/devices.ts";
import { groupsOfMany } from "../storage/labels.ts";
import { owns, type Principal } from "./accounts/principal.ts";
import type { Device } from "./contract/devices.ts";
import { ConsoleError, notFound } from "./errors.ts";
import type { ConsoleParts } from "./parts.ts";

type Needs = Pick<ConsoleParts, "storage" | "reach">;

/** Ids of the devices that can be reached now. */
export function onlineIds({ reach }: Pick<ConsoleParts, "reach">): ReadonlySet<string> {
  return new Set(reach.ids.map((deviceId) => deviceKey(deviceId.replaceAll(/[_-]/g, ":"))));
}

/** Rows as the API shows them. */
export async function shownDevices(parts: Needs, rows: readonly DeviceRecord[]): Promise<Device[]> {
  const online = onlineIds(parts);
  const ids = rows.map(({ id }) => id);
  const groups = await groupsOfMany(parts.storage, ids);
  return rows.map((row) => ({
    ...row,
    updates: row.updates === 1,
    groups: [...(groups.get(row.id) ?? [])],
    isOnline: online.has(row.id),
  }));
}

/** A device of somebody. @throws ConsoleError `not-found`, for another's device too */
export async function ownDevice({ storage }: Needs, principal: Principal, id: string): Promise<DeviceRecord> {
  const device = await getDevice(storage, id);
  if (!device || !owns(principal, device.owner)) throw notFound("device", id);
  return device;
}

/** The same as the API shows it. */
export async function shownDevice(parts: Needs, principal: Principal, id: string): Promise<Device> {
  const [device] = await shownDevices(parts, [await ownDevice(parts, principal, id)]);
  return device as Device;
}

/** @throws ConsoleError when somebody may not give this agent to a device */
export async function checkAgent(
  { storage }: Pick<ConsoleParts, "storage">,
  principal: Principal,
  agent: string | null | undefined,
): Promise<void> {
  if (agent === null || agent === undefined) return;
  const found = await getAgent(storage, agent);
  if (found && owns(principal, found.owner)) return;
  throw new ConsoleError(400, "agent-unknown", `there is no agent ${agent}`, "agent");
}
